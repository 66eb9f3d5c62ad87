// Draws the REST API's documentation. Who is logged in may try requests with the session: they carry
// the CSRF token that the server asks for.
"use strict";

function csrfToken() {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith("csrftoken="));
  return found ? decodeURIComponent(found.slice("csrftoken=".length)) : "";
}

window.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("api-docs");
  window.SwaggerUIBundle({
    domNode: place,
    url: place.dataset.schema,
    deepLinking: true,
    // Swagger's own validator is another host.
    validatorUrl: null,
    requestInterceptor: (request) => {
      if (new URL(request.url, window.location.href).origin === window.location.origin) {
        request.headers["X-CSRFToken"] = csrfToken();
      }
      return request;
    },
  });
});
