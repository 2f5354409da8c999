import { describe, expect, it } from '@jest/globals';
import { clusterRedis, redisFrom, singleRedis } from '../src/index.ts';

describe('addresses of Redis', () => {
  it.each(['redis://localhost:6379', 'rediss://user:pass@host:1/2', 'redis://[::1]:6379'])(
    'take %s',
    (url) => {
      expect(singleRedis(` ${url} `)).toEqual({ kind: 'single', url });
    },
  );

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
      tls: false,
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
      tls: true,
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
    ['redis', 1],
    ['10.0.0.1:7001,redis://u:secret@redis-2', 2],
    ['a:7001,[::1]', 2],
  ])('refuse %j, a cluster node without a port, by the variable’s name', (nodes, which) => {
    expect(redisFrom('redis://localhost', nodes)).toEqual({
      kind: 'invalid',
      problem: `REDIS_CLUSTER_NODES: node ${which} has no port: expected host:port,host:port`,
    });
  });
});
