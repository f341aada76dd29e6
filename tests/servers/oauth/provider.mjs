// A provider of sign-ins on loopback: authorization code with PKCE, device code, refresh tokens that rotate, introspection for the
// mail servers. It is started by run.py, which tells it by GET /told?… on the plain port how long tokens last and how long they are,
// and asks there what became of them.
//
//   node provider.mjs HTTPS-PORT PLAIN-PORT CERTIFICATE KEY
import http from 'node:http';
import https from 'node:https';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

// The packages are where the servers are unpacked, not beside this file.
const { Provider } = await import(createRequire(path.join(process.cwd(), 'package.json')).resolve('oidc-provider'));

const [secure, plain, certificate, key] = process.argv.slice(2);
const MAIL = 'urn:mail';
const state = { ttl: 3600, bits: 256, grants: new Set(), tokens: new Set(), counts: {} };
const count = (what) => { state.counts[what] = (state.counts[what] || 0) + 1; };

const application = (client_id) => ({
  client_id,
  token_endpoint_auth_method: 'none',
  application_type: 'native',
  grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
  response_types: ['code'],
  redirect_uris: ['http://127.0.0.1/'],
  scope: 'openid offline_access mail',
});

const provider = new Provider(`https://localhost:${secure}`, {
  clients: [
    application('undersigned'),
    // Its tokens are for another server than that of the mail.
    application('calendar'),
    { client_id: 'dovecot', client_secret: 'dovecot-secret', grant_types: [], response_types: [], redirect_uris: [] },
  ],
  scopes: ['openid', 'offline_access', 'mail'],
  features: {
    deviceFlow: { enabled: true },
    introspection: { enabled: true, allowedPolicy: (ctx, client, token) => token.aud === MAIL },
    revocation: { enabled: true, allowedPolicy: () => true },
    devInteractions: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: (ctx, client) => (client.clientId === 'calendar' ? 'urn:calendar' : MAIL),
      getResourceServerInfo: (ctx, resource) => ({ scope: 'mail', audience: resource, accessTokenFormat: 'opaque' }),
      useGrantedResource: () => true,
    },
  },
  pkce: { required: () => true },
  ttl: {
    AccessToken: () => state.ttl,
    RefreshToken: 3600, DeviceCode: 600, Session: 3600, Grant: 3600, Interaction: 600, IdToken: 600,
  },
  rotateRefreshToken: true,
  issueRefreshToken: async (ctx, client, code) => code.scopes.has('offline_access'),
  findAccount: async (ctx, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
  formats: { bitsOfOpaqueRandomness: (ctx, token) => (token.kind === 'AccessToken' ? state.bits : 256) },
  cookies: { keys: ['a key for cookies'] },
});
provider.on('server_error', (ctx, error) => { count('server_error'); console.log(error.stack); });
provider.on('grant.error', (ctx, error) => { count(`refused ${error.error}`); console.log('grant.error', error.error, error.error_description, error.error_detail); });
provider.on('grant.success', (ctx) => {
  count(`given ${ctx.oidc.params.grant_type}`);
  state.grants.add(ctx.oidc.entities.AccessToken.grantId);
  for (const name of ['access_token', 'refresh_token']) if (ctx.body[name]) state.tokens.add(ctx.body[name]);
});
provider.on('revocation.success', () => count('revoked'));
provider.on('grant.revoked', () => count('grant revoked'));
provider.use(async (ctx, next) => {
  await next();
  if (ctx.oidc?.route === 'introspection') count(ctx.body.active ? 'let in' : 'not let in');
});

// A person takes back their consent on the provider's own pages.
async function withdraw() {
  for (const grant of state.grants) {
    await Promise.all(['AccessToken', 'RefreshToken'].map((kind) => provider[kind].revokeByGrantId(grant)));
    await (await provider.Grant.find(grant))?.destroy();
  }
  state.grants.clear();
}

const serve = provider.callback();
https.createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, serve).listen(secure, '127.0.0.1');
http.createServer(async (request, response) => {
  const url = new URL(request.url, 'http://localhost');
  if (url.pathname !== '/told') return serve(request, response);
  for (const name of ['ttl', 'bits']) if (url.searchParams.has(name)) state[name] = Number(url.searchParams.get(name));
  if (url.searchParams.has('withdraw')) await withdraw();
  response.end(JSON.stringify({ counts: state.counts, tokens: [...state.tokens] }));
  if (url.searchParams.has('anew')) { state.counts = {}; }
}).listen(plain, '127.0.0.1');
