Page({ data: { at: 1, nav: ['推荐', '热门', '附近', '关注', '收藏', '更多'] }, pick(event) { this.setData({ at: event.currentTarget.dataset.at, left: (event.currentTarget.dataset.at - 1) * 60 }); } });
