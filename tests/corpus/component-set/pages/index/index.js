Page({ data: { groups: [['basic', '基础'], ['form', '表单'], ['popup', '弹层'], ['dialog', '对话框'], ['tabs', '标签页'], ['list', '列表'], ['layout', '布局'], ['nav', '导航'], ['show', '展示'], ['state', '状态']] } });
