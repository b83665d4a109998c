Page({ data: { pages: ['bricks', 'sprites', 'old', 'chart'] }, go(event) { tt.navigateTo({ url: `/pages/${event.currentTarget.dataset.to}/${event.currentTarget.dataset.to}` }); } });
