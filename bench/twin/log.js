// The log: one line of JSON an event, as tillroll_durable/platform/log.py.

export function log(event, fields) {
  console.log(JSON.stringify({ time: new Date().toISOString(), level: "info", event, ...fields }));
}
