// Shape: animations and gestures. createAnimation with several steps, keyframes of one name on two pages
// that mean different things, swipers in every manner, movable views, touches followed by hand.
App({});
