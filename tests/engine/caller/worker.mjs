/** Another Worker of the account, bound to Tillroll: it calls a method by a name, such as `begin`, and hands all else on. */
export default {
  async fetch(request, env) {
    if (new URL(request.url).pathname !== "/begin") return env.TILLROLL.fetch(request);
    const { method = "begin", given } = await request.json();
    try {
      return Response.json((await env.TILLROLL[method](...given)) ?? null);
    } catch (error) {
      return new Response(String(error), { status: 500 });
    }
  },
};
