"use strict";

Redoc.init(
  document.body.dataset.document,
  { disableGoogleFont: true, disableSearch: true, hideDownloadButton: false },
  document.getElementById("docs"),
);
