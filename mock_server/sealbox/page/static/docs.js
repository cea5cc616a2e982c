// Swagger UI over one document of this server, with the demo credential in its place.
"use strict";

const dark = matchMedia("(prefers-color-scheme: dark)");
const dress = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", dress);
dress();

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
