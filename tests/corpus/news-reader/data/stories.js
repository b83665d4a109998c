const titles = ['河边新开了一家旧书店', '中学生造出会浇水的花盆', '夜班公交多了两条线', '古桥修好了，栏杆还是老样子', '菜市场里的钢琴', '今年的桂花晚了十天', '老照相馆最后一卷胶片'];
module.exports = (page, size) => Array.from({ length: size }, (none, at) => { const no = page * size + at; return { no, title: titles[no % titles.length], pics: no % 3, from: ['本报', '城南', '通讯员'][no % 3] }; });
