import { type AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { Redis } from 'ioredis';

/** Floor of a read with Fastify, as a team that wants speed would write it: one route, one GET, the stored bytes. */
const redis = new Redis(process.env['REDIS_URL'] ?? '');
const [before = '', after = ''] = (process.env['KEY'] ?? '').split('*');

const app = Fastify();
app.get<{ Params: { customer: string } }>('/:customer', async (request, reply) => {
  const bytes = await redis.getBuffer(`${before}${request.params.customer}${after}`);
  if (bytes === null) return reply.code(404).send();
  return reply.type('application/json').send(bytes);
});
await app.listen({ port: 0, host: '127.0.0.1' });
console.log(JSON.stringify({ port: (app.server.address() as AddressInfo).port }));
