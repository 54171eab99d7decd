// The product's own SQL, by round trip: `python -m bench.twin_sql` writes sql.json from what a receipt asks.

import SQL from "./sql.json";

export const first = (env, trip, values) => prepared(env, trip, [values])[0].first();

// `values` are those of each statement, in order.
export const batch = (env, trip, ...values) => env.DB.batch(prepared(env, trip, values));

function prepared(env, trip, values) {
  if (SQL[trip].length !== values.length) throw new Error(`${trip} has ${SQL[trip].length} statements`);
  return SQL[trip].map((sql, index) => env.DB.prepare(sql).bind(...values[index]));
}
