// The life of a load balancer.

const assert = require('node:assert/strict');
const { balancers, refused, run } = require('./rackspace');
const { Protocols, VirtualIpTypes } = require('pkgcloud').providers.rackspace.loadbalancer;

run(async () => {
  const client = balancers();
  const made = await client.createLoadBalancer({
    name: 'shop',
    protocol: Protocols.HTTP,
    virtualIps: [{ type: VirtualIpTypes.PUBLIC }],
    nodes: [{ address: '10.1.1.1', port: 80, condition: 'ENABLED' }],
  });
  assert.equal(made.status, 'BUILD');
  // Ids are numbers, as they were at Rackspace, and pkgcloud makes its URLs of text only.
  const id = String(made.id);

  const [listed, ...others] = await client.getLoadBalancers();
  assert.deepEqual([listed.name, listed.status, listed.nodeCount, others], ['shop', 'ACTIVE', 1, []]);
  const balancer = await client.getLoadBalancer(id);
  assert.deepEqual([balancer.protocol, balancer.port, balancer.algorithm], ['HTTP', 80, 'RANDOM']);
  const [address] = await client.getVirtualIps(id);
  assert.equal(address.type, 'PUBLIC');

  const monitor = { type: 'CONNECT', delay: 10, timeout: 5, attemptsBeforeDeactivation: 3 };
  await client.updateHealthMonitor(id, monitor);
  assert.deepEqual(await client.getHealthMonitor(id), monitor);

  const [added] = await client.addNodes(id, [
    { address: '10.1.1.2', port: 8080, condition: 'ENABLED', type: 'PRIMARY' },
    { address: '10.1.1.3', port: 8080, condition: 'ENABLED', type: 'SECONDARY' },
  ]);
  await client.updateNode(id, { id: String(added.id), condition: 'DRAINING' });
  const nodes = await client.getNodes(id);
  assert.deepEqual(
    nodes.map(({ address, port, condition }) => `${address}:${port} ${condition}`).sort(),
    ['10.1.1.1:80 ENABLED', '10.1.1.2:8080 DRAINING', '10.1.1.3:8080 ENABLED'],
  );
  await client.removeNode(id, String(added.id));
  await client.removeNodes(id, nodes.filter(({ type }) => type === 'SECONDARY'));
  assert.deepEqual((await client.getNodes(id)).map(({ address }) => address), ['10.1.1.1']);

  await client.removeHealthMonitor(id);
  assert.deepEqual(await client.getHealthMonitor(id), {});

  await client.enableSessionPersistence(id, 'HTTP_COOKIE');
  assert.deepEqual(await client.getSessionPersistence(id), { persistenceType: 'HTTP_COOKIE' });
  await client.disableSessionPersistence(id);

  await client.updateConnectionThrottle(id, { maxConnections: 100, minConnections: 10, maxConnectionRate: 50, rateInterval: 60 });
  assert.equal((await client.getConnectionThrottleConfig(id)).maxConnections, 100);
  await client.updateConnectionLogging(id, true);
  assert.deepEqual(await client.getConnectionLoggingConfig(id), { enabled: true });
  await client.addAccessList(id, { address: '192.0.2.0/24', type: 'DENY' });
  assert.deepEqual((await client.getAccessList(id)).map(({ type }) => type), ['DENY']);
  await client.resetAccessList(id);
  await client.setErrorPage(id, '<p>Closed.</p>');
  assert.equal(await client.getErrorPage(id), '<p>Closed.</p>');

  const renamed = await client.getLoadBalancer(id);
  renamed.id = id;
  renamed.name = 'store';
  await client.updateLoadBalancer(renamed);
  assert.equal((await client.getLoadBalancer(id)).name, 'store');

  assert.ok((await client.getAlgorithms()).some(({ name }) => name === 'ROUND_ROBIN'));
  assert.ok((await client.getProtocols()).some(({ name, port }) => name === 'HTTPS' && port === 443));

  await client.deleteLoadBalancer(id);
  assert.deepEqual(await client.getLoadBalancers(), []);
  await refused(client.addNodes(id, { address: '10.1.1.4', port: 80, condition: 'ENABLED' }), 422, 'deleted');
});
