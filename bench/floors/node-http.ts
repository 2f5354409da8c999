import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { Redis } from 'ioredis';

/** Floor of a read: a path names a customer, one GET, the stored bytes. No token, no view, no headers. */
const redis = new Redis(process.env['REDIS_URL'] ?? '');
const [before = '', after = ''] = (process.env['KEY'] ?? '').split('*');

const server = createServer((request, response) => {
  void redis.getBuffer(`${before}${request.url?.slice(1) ?? ''}${after}`).then((bytes) => {
    if (bytes === null) response.writeHead(404, { 'Content-Length': 0 }).end();
    else response.writeHead(200, { 'Content-Length': bytes.length }).end(bytes);
  });
});
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port }));
});
