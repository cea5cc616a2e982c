// openapi-backend on Express, with multer for the upload: validates, checks tokens by value, keeps nothing.
const fs = require("node:fs");
const path = require("node:path");
const root = process.argv[4];
const { createRequire } = require("node:module");
const need = createRequire(path.join(root, "package.json"));
const OpenAPIBackend = need("openapi-backend").default;
const express = need("express");
const multer = need("multer");

const document = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const port = Number(process.argv[3]);
const TOKENS = { "certifiqi.apiToken": "sealbox_certifiqi_demo", "vec.bearerToken": "Bearer sealbox_vec_demo" };

const api = new OpenAPIBackend({ definition: document, quick: true, ajvOpts: { strict: false, formats: formats() } });
api.register({
  getBatchGroup: (c, req, res) => answer(c, res, 200, "getBatchGroup"),
  createBatch: (c, req, res) => answer(c, res, 201, "createBatch"),
  validationFail: (c, req, res) => res.status(422).json({ message: "invalid", errors: c.validation.errors }),
  notFound: (c, req, res) => res.status(404).json({ title: "Not Found" }),
  unauthorizedHandler: (c, req, res) => res.status(401).json({ title: "Unauthorized" }),
});
for (const [name, token] of Object.entries(TOKENS)) {
  const header = document.components.securitySchemes[name].name || "authorization";
  api.registerSecurityHandler(name, (c) => c.request.headers[header.toLowerCase()] === token);
}

function answer(c, res, status, operation) {
  const { mock } = api.mockResponseForOperation(operation, { code: status });
  res.status(status).json(mock);
}

function formats() {
  return { uuid: /^[0-9a-f-]{36}$/i, email: /@/, uri: /:/, "date-time": /T/, date: /-/, binary: true };
}

const app = express();
app.use(multer({ storage: multer.memoryStorage() }).any());
app.use((req, res) => {
  const files = Object.fromEntries((req.files || []).map((file) => [file.fieldname, file.buffer.toString()]));
  const body = { ...req.body, ...files };
  const asked = { method: req.method, path: req.path, body, query: req.query, headers: req.headers };
  return api.handleRequest(asked, req, res);
});
api.init().then(() => app.listen(port, "127.0.0.1"));
