// The life of a server.

const assert = require('node:assert/strict');
const { compute, refused, run, IMAGE } = require('./rackspace');

run(async () => {
  const client = compute();

  const flavors = await client.getFlavors();
  assert.equal(flavors.length, 35);
  const small = flavors.find((flavor) => flavor.id === 'general1-1');
  assert.equal(small.ram, 1024);
  const large = await client.getFlavor('general1-2');
  assert.equal(large.ram, 2048);

  const images = await client.getImages();
  assert.equal(images.length, 38);
  const image = await client.getImage(images.find(({ name }) => name === IMAGE));
  assert.equal(image.name, IMAGE);

  const key = await client.addKey('mine');
  assert.match(key.private_key, /^-----BEGIN/);
  await client.addKey({ name: 'other', public_key: key.public_key });
  const keys = await client.listKeys();
  assert.deepEqual(keys.map(({ keypair }) => keypair.name).sort(), ['mine', 'other']);
  assert.equal((await client.getKey('other')).fingerprint, key.fingerprint);

  const made = await client.createServer({
    name: 'web', flavor: small, image, keyname: 'mine', metadata: { role: 'db' },
  });
  assert.ok(made.adminPass);
  const look = () => client.getServer(made.id);
  let server = await look();
  assert.deepEqual(
    [server.name, server.status, server.flavorId, server.imageId, server.original.key_name],
    ['web', 'RUNNING', 'general1-1', image.id, 'mine'],
  );
  assert.deepEqual(server.metadata, { role: 'db' });
  assert.deepEqual(Object.keys(await client.getServerAddresses(server)).sort(), ['private', 'public']);
  assert.deepEqual((await client.getServers()).map(({ name }) => name), ['web']);

  await client.rebootServer(server);
  await client.rebootServer(server, { type: 'hard' });
  assert.equal((await look()).status, 'RUNNING');

  await client.resizeServer(server, large);
  server = await look();
  assert.deepEqual([server.status, server.flavorId], ['UPDATING', 'general1-2']);
  await client.confirmServerResize(server);
  await client.resizeServer(server, small);
  await client.revertServerResize(server);
  server = await look();
  assert.deepEqual([server.status, server.flavorId], ['RUNNING', 'general1-2']);

  const snapshot = await client.createImage({ server, name: 'mine' });
  const kept = await client.getImage(snapshot);
  assert.deepEqual([kept.name, kept.status], ['mine', 'ACTIVE']);
  await client.rebuildServer(server, kept);
  assert.equal((await look()).imageId, kept.id);
  await client.destroyImage(kept);
  await refused(client.getImage(kept), 404, 'Image not found');

  await client.renameServer(server, 'www');
  assert.equal((await look()).name, 'www');
  await client.destroyServer(server);
  await refused(look(), 404, 'could not be found');
  assert.deepEqual(await client.getServers(), []);
  await client.destroyKey('mine');
  assert.deepEqual((await client.listKeys()).map(({ keypair }) => keypair.name), ['other']);
});
