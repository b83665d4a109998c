// Asks the app's server for a token: only the server knows the app key.
const app = getApp();

const fetchToken = (roomId, userId) =>
  new Promise((resolve, reject) => {
    const query = `room=${encodeURIComponent(roomId)}&user=${encodeURIComponent(userId)}`;
    tt.request({
      url: `${app.server}/token?${query}`,
      success({ statusCode, data }) {
        if (statusCode === 200 && data.token) resolve(data.token);
        else reject({ errMsg: `token: the server answered ${statusCode}` });
      },
      fail: reject,
    });
  });

module.exports = { fetchToken };
