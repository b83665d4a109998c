Page({ onShow() { const { safeArea, screenHeight } = tt.getSystemInfoSync(); this.setData({ inset: screenHeight - safeArea.bottom }); } });
