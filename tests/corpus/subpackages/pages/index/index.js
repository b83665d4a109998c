Page({ data: { urls: ['/packages/garden/pages/list/list', '/packages/kitchen/pages/menu/menu', '../second/second'] } });
