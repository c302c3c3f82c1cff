"use strict";

openDocument((spec) => {
  Redoc.init(
    spec,
    { disableGoogleFont: true, disableSearch: true, hideDownloadButton: false },
    document.getElementById("docs"),
  );
});
