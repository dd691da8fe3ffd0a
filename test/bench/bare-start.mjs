/** The bare stack as it starts: Express, EJS, zod and the driver, connected and listening. `MONGODB_URI` as for the server. */
import ejs from 'ejs';
import express from 'express';
import { MongoClient } from 'mongodb';
import { z } from 'zod';

const client = await MongoClient.connect(process.env['MONGODB_URI'] ?? '');
const page = ejs.compile('<p><%= name %></p>');
const query = z.object({ name: z.string() });
const app = express();
app.get('/', async (req, res) => {
  const found = await client
    .db()
    .collection('bare')
    .findOne({ _id: query.parse(req.query).name });
  res.send(page({ name: found?._id ?? '' }));
});
const server = app.listen(0, '127.0.0.1', () => {
  console.log(`listening on ${server.address()?.port}`);
});
process.stdin.once('end', () => process.exit(0)).resume();
