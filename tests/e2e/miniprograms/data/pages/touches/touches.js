Page({
  say({ type, currentTarget, touches, changedTouches }) {
    const ids = (fingers) => fingers.map(({ identifier }) => identifier).join();
    getApp().calls.push(`${type} at ${currentTarget.id}${type === "tap" || type === "longpress" ? "" : `: ${ids(changedTouches)} of ${ids(touches)}`}`);
  },
});
