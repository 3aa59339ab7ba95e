// What goes wrong on purpose: by a preset in metadata, and by the mocks that the test has made.

const assert = require('node:assert/strict');
const { balancers, compute, refused, run, IMAGE } = require('./rackspace');
const { Protocols, VirtualIpTypes } = require('pkgcloud').providers.rackspace.loadbalancer;

run(async () => {
  const client = compute();
  const image = (await client.getImages()).find(({ name }) => name === IMAGE);
  const create = (name, metadata = {}) =>
    client.createServer({ name, flavor: 'general1-1', image, metadata });
  const status = async (server) => (await client.getServer(server)).status;

  assert.equal(await status(await create('preset', { server_error: '1' })), 'ERROR');
  assert.equal(await status(await create('building', { server_building: '60' })), 'PROVISIONING');
  assert.equal(await status(await create('doomed')), 'ERROR');
  await refused(create('refused'), 503, 'no room');
  assert.equal(await status(await create('web')), 'RUNNING');

  await refused(compute({ apiKey: 'not the key' }).getServers(), 401, 'unauthorized');
  await refused(client.getServer('there-is-none'), 404, 'itemNotFound');

  const service = balancers();
  const balance = async (metadata = []) => {
    const { id } = await service.createLoadBalancer({
      name: 'shop',
      protocol: Protocols.HTTP,
      virtualIps: [{ type: VirtualIpTypes.PUBLIC }],
      nodes: [{ address: '10.1.1.1', port: 80, condition: 'ENABLED' }],
      metadata,
    });
    return service.getLoadBalancer(String(id));
  };

  const broken = await balance([{ key: 'lb_error_state', value: 'yes' }]);
  assert.equal(broken.status, 'ERROR');
  const shop = await balance();
  assert.equal(shop.status, 'ACTIVE');
  const node = { address: '10.1.1.2', port: 80, condition: 'ENABLED' };
  await refused(service.addNodes(String(shop.id), node), 413, 'slow down');
});
