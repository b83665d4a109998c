// Shape: a component set in the manner of the well-known ones. Each component is made by a wrapper
// around Component() that knows `props`, `classes`, `relation` and `mixins`; classes are computed in
// sjs; parents and children know each other by relations; overlays share a transition behavior whose
// property observers name methods that only some of the components have.
App({ onLaunch() {} });
