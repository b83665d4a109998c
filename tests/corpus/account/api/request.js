const p = require('./promisify');
const before = [];
const after = [];
const base = 'https://api.corpus.example/v1';
async function request(path, { method = 'GET', data = {} } = {}) {
  let options = { url: base + path, method, data, header: { 'content-type': 'application/json' } };
  for (const step of before) options = await step(options);
  let answer = await p.request(options);
  for (const step of after) answer = await step(answer);
  return answer;
}
before.push((options) => { const app = getApp(); const token = app && app.globalData.token; return token ? { ...options, header: { ...options.header, authorization: `Bearer ${token}` } } : options; });
after.push((answer) => { if (answer.statusCode >= 400) throw new Error(`${answer.statusCode}: ${answer.data?.message ?? '?'}`); return answer.data; });
module.exports = { request, get: (path, data) => request(path, { data }), post: (path, data) => request(path, { method: 'POST', data }) };
