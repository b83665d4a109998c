Component({
  relations: { "../member/member": { type: "child", linked: (member) => getApp().calls.push(`group has ${member.id}`) } },
});
