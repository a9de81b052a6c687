// Starts Swagger UI. It stands in a file, so that the page needs no script of its own.
"use strict";

const place = document.getElementById("swagger-ui");
const page = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  layout: "BaseLayout",
  deepLinking: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
  showExtensions: true,
  showCommonExtensions: true,
  presets: [SwaggerUIBundle.presets.apis],
  oauth2RedirectUrl: `${window.location.origin}/docs/signed-in`,
});

if (place.dataset.clientId) {
  page.initOAuth({
    clientId: place.dataset.clientId,
    scopes: place.dataset.scopes,
    usePkceWithAuthorizationCodeGrant: true,
    additionalQueryStringParams: { prompt: "login", max_age: "0" }, // the provider's session may be another's
  });
}
