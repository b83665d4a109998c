const user = require('../../api/user');
Page({ data: { steps: [] }, async onLoad() { this.note('begin'); const token = await user.login(); this.note(token); const { errMsg } = await require('../../api/promisify').checkSession(); this.note(errMsg); }, note(step) { this.setData({ steps: this.data.steps.concat(step) }); }, phone(event) { this.note(event.detail.errMsg); } });
