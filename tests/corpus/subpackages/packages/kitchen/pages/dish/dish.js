Page({ back() { tt.reLaunch({ url: '/pages/index/index' }); } });
