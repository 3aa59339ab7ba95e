// pkgcloud's clients for the simulator at $RACKSPACE_URL.

const assert = require('node:assert/strict');
const { promisify } = require('node:util');
const pkgcloud = require('pkgcloud');

const account = {
  provider: 'rackspace',
  username: 'admin',
  apiKey: process.env.RACKSPACE_API_KEY,
  authUrl: `${process.env.RACKSPACE_URL}/identity`,
  region: 'ORD',
};

// A client whose methods return promises, where pkgcloud's take a callback.
const promising = (client) =>
  new Proxy(client, { get: (target, name) => promisify(target[name]).bind(target) });

exports.compute = (more = {}) => promising(pkgcloud.compute.createClient({ ...account, ...more }));
exports.balancers = (more = {}) => promising(pkgcloud.loadbalancer.createClient({ ...account, ...more }));

exports.IMAGE = 'Ubuntu 14.04 LTS (Trusty Tahr) (PVHVM)';

// Expects that a call is refused with a status code and with a text somewhere in the answer.
exports.refused = (call, statusCode, text) =>
  assert.rejects(call, (error) => {
    assert.equal(error.statusCode, statusCode);
    assert.ok(JSON.stringify(error.result).includes(text), JSON.stringify(error.result));
    return true;
  });

// Runs a test to its end; what it throws ends the program.
exports.run = (test) =>
  test().catch((error) => {
    console.error(error);
    process.exitCode = 1;
  });
