"use strict";

openDocument((spec, key) => {
  window.ui = SwaggerUIBundle({
    spec,
    dom_id: "#docs",
    deepLinking: true,
    displayRequestDuration: true,
    filter: true,
    persistAuthorization: false,
    validatorUrl: null,
    onComplete: () => key && window.ui.preauthorizeApiKey("ApiKey", key),
  });
});
