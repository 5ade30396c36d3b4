module.exports = { url: "https://example.org", baseUrl: "/" };
