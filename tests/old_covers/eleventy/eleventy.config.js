module.exports = (c) => { c.addPassthroughCopy("covers"); };
