import { type AddressInfo } from 'node:net';
import express from 'express';
import { Redis } from 'ioredis';

/** Floor of a read with Express: one route, one GET, the stored bytes. */
const redis = new Redis(process.env['REDIS_URL'] ?? '');
const [before = '', after = ''] = (process.env['KEY'] ?? '').split('*');

const app = express();
app.get('/:customer', async (request, response) => {
  const bytes = await redis.getBuffer(`${before}${request.params.customer}${after}`);
  if (bytes === null) response.status(404).end();
  else response.type('json').send(bytes);
});
const server = app.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port }));
});
