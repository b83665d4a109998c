const Dialog = require('../../dist/dialog/dialog');
Page({ data: { answer: '' }, onReady() { this.ask(); }, ask() { Dialog.confirm({ title: '标题', message: '代码是写出来给人看的，\n附带能在机器上运行' }).then(() => this.setData({ answer: 'yes' })).catch(() => this.setData({ answer: 'no' })); } });
