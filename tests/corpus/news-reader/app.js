// Shape: a news reader. Rich text, HTML that a library turned into a tree and that recursive templates
// draw level by level, a picture in every mode, an endless list with pull-down and reach-bottom.
App({});
