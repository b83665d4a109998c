// A page may use it alone.
Component({
  relations: { "../group/group": { type: "parent", linked: (group) => getApp().calls.push(`member is in ${group.id}`) } },
});
