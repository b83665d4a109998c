// Shape: the platform's tab bar is hidden and a component draws one: a raised button in the middle, a
// badge, and a fixed footer that leaves room for the home indicator.
App({ globalData: { unread: 3 } });
