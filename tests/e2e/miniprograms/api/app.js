const seen = [];
const listener = (name) => (options) => seen.push([name, options && options.path]);
// Listens before the app is launched: some things happen only then.
for (const name of ["AppLaunch", "PageNotFound"]) {
  const gone = listener(`${name} of who no longer listens`);
  tt[`on${name}`](gone);
  tt[`on${name}`](listener(name));
  tt[`off${name}`](gone);
}
App({ seen });
