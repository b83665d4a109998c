const rules = {
  required: (value) => (value === '' || value === undefined || (Array.isArray(value) && value.length === 0) ? '必填' : ''),
  phone: (value) => (/^1[0-9]{10}$/.test(value) ? '' : '手机号不对'),
  mail: (value) => (value === '' || /^[^@\s]+@[^@\s]+$/.test(value) ? '' : '邮箱不对'),
};
module.exports = function check(values, wanted) {
  return Object.keys(wanted).reduce((wrong, key) => {
    const said = wanted[key].map((rule) => rules[rule](values[key])).filter(Boolean)[0];
    return said ? Object.assign(wrong, { [key]: said }) : wrong;
  }, {});
};
