// Swagger UI over one document of this server, with the demo credential in its place.
"use strict";

const place = document.getElementById("swagger");
const { document: url, scheme, credential } = place.dataset;
const ui = SwaggerUIBundle({
  url,
  domNode: place,
  deepLinking: true,
  validatorUrl: null, // no page of this server asks another
  tryItOutEnabled: true,
  displayRequestDuration: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  presets: [SwaggerUIBundle.presets.apis],
  onComplete() {
    if (credential) ui.preauthorizeApiKey(scheme, credential);
    place.dataset.ready = "";
  },
});
