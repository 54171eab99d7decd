// Asks its D1 databases what it is sent, batch by batch, and answers with rows and with what D1 says of each statement.

export default {
  async fetch(request, env) {
    const { binding, trips } = await request.json();
    const database = env[binding];
    const answers = [];
    for (const trip of trips) {
      const statements = trip.map(({ sql, values }) => database.prepare(sql).bind(...values));
      const results = await database.batch(statements);
      answers.push(results.map(answered));
    }
    return Response.json(answers);
  },
};

function answered({ results, meta }) {
  return { rows: results, read: meta.rows_read, written: meta.rows_written };
}
