import { describe, expect, it } from '@jest/globals';
import { clusterRedis, redisAddress, singleRedis } from '../src/index.ts';

const PLAIN_TLS = { ca: null, client: null, serverName: null };

describe('addresses of Redis', () => {
  it.each(['redis://localhost:6379', 'redis://[::1]:6379', 'redis://host/2'])('take %s', (url) => {
    const nobody = { username: null, password: null, tls: null };
    expect(singleRedis(` ${url} `)).toEqual({ kind: 'single', url, ...nobody });
  });

  it('keep the user apart from the address, so that no message about the address can tell it', () => {
    expect(singleRedis('rediss://user:p%40ss@host:1/2')).toEqual({
      kind: 'single',
      url: 'rediss://host:1/2',
      username: 'user',
      password: 'p@ss',
      tls: PLAIN_TLS,
    });
  });

  it('take a list of cluster nodes', () => {
    expect(clusterRedis('10.0.0.1:7001, redis-2:7002,[::1]:7003,')).toEqual({
      kind: 'cluster',
      nodes: [
        { host: '10.0.0.1', port: 7001 },
        { host: 'redis-2', port: 7002 },
        { host: '::1', port: 7003 },
      ],
      username: null,
      password: null,
      tls: null,
    });
  });

  it('take user, password and TLS from the first cluster node', () => {
    expect(clusterRedis('rediss://me:p%40ss@a:1,b:2')).toMatchObject({
      nodes: [
        { host: 'a', port: 1 },
        { host: 'b', port: 2 },
      ],
      username: 'me',
      password: 'p@ss',
      tls: PLAIN_TLS,
    });
  });

  it.each(['', 'localhost', 'http://u:secret@host', 'redis://', 'u:secret@host:1'])(
    'refuse %j as a URL, without repeating it',
    (url) => {
      expect(() => singleRedis(url)).toThrow(/^not a Redis address: expected redis:\/\//);
    },
  );

  it.each(['', ' , ', 'http://u:secret@host', 'host:notaport'])(
    'refuse %j as cluster nodes',
    (nodes) => {
      expect(() => clusterRedis(nodes)).toThrow(TypeError);
    },
  );

  it.each([
    ['rediss://a:1,redis://b:2', 2],
    ['redis://a:1,b:2,rediss://c:3', 3],
    ['redis://me:secret@a:1,redis://you:secret@b:2', 2],
    ['a:1,redis://:secret@b:2', 2],
  ])('refuse %j, a cluster node that says something else than the first', (nodes, which) => {
    const read = redisAddress('', nodes);
    const problem = `REDIS_CLUSTER_NODES: node ${which} has another user, password or scheme than node 1`;
    expect(read).toMatchObject({ kind: 'invalid', problem: expect.stringContaining(problem) });
    expect(JSON.stringify(read)).not.toContain('secret');
  });

  it('take a cluster whose nodes all say the same', () => {
    const nodes = 'rediss://me:pw@a:1,rediss://me:pw@b:2,c:3';
    expect(redisAddress('', nodes)).toMatchObject({
      connection: { nodes: [{}, {}, {}], username: 'me', password: 'pw' },
    });
  });

  const given = { username: 'app', password: 'hunter2', tls: { ...PLAIN_TLS, ca: 'PEM' } };
  it.each([
    ['rediss://host:1', undefined],
    ['', 'rediss://host:1,host:2'],
  ])('take user and certificates from beside %s %s', (url, nodes) => {
    expect(redisAddress(url, nodes, given)).toMatchObject({ kind: 'valid', connection: given });
  });

  it.each([
    ['redis://host:1', undefined, /^REDIS_TLS_…: REDIS_URL is no rediss/],
    ['rediss://host:1', 'host:1,host:2', /^REDIS_TLS_…: REDIS_CLUSTER_NODES is no rediss/],
    ['rediss://other@host:1', undefined, /^REDIS_PASSWORD: REDIS_URL holds a user, too/],
    ['', 'rediss://:pw@host:1', /^REDIS_PASSWORD: REDIS_CLUSTER_NODES holds a user, too/],
  ])('refuse %s %s when what stands beside it does not fit', (url, nodes, problem) => {
    const read = redisAddress(url, nodes, given);
    expect(read).toMatchObject({ kind: 'invalid', problem: expect.stringMatching(problem) });
    expect(JSON.stringify(read)).not.toContain('hunter2');
  });

  it.each([
    ['redis', 1],
    ['10.0.0.1:7001,redis://u:secret@redis-2', 2],
    ['a:7001,[::1]', 2],
  ])('refuse %j, a cluster node without a port, by the variable’s name', (nodes, which) => {
    expect(redisAddress('redis://localhost', nodes)).toEqual({
      kind: 'invalid',
      problem: `REDIS_CLUSTER_NODES: node ${which} has no port: expected host:port,host:port`,
    });
  });
});
