Page({ data: { days: [{ day: '昨天', items: ['发货', '出库'] }, { day: '今天', items: ['到达 杭州'] }] } });
