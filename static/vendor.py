"""
Fetch the browser assets from npm into static/vendor/: `python static/vendor.py`.

Needs npm, which checks each package's integrity itself. What was copied is recorded in vendor/vendor.json (name,
version, licence, sha256 of each file). These are the assets that Folium links by default (a page links only those that
its elements use; glyphicons and rotated markers have no npm package and no use here) and the page that shows the API.
"""

import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path(__file__).parent / "vendor"
MARKERS = ("markers-soft.png", "markers-soft@2x.png", "markers-shadow.png", "markers-shadow@2x.png")
SWAGGER = ("LICENSE", "NOTICE", "swagger-ui-bundle.js", "swagger-ui-bundle.js.LICENSE.txt", "swagger-ui.css")
FONTS = ("brands-400", "regular-400", "solid-900", "v4compatibility")

PACKAGES = {  # name@version → file here: file in the package
    "leaflet@1.9.4": {
        "LICENSE": "LICENSE",
        "leaflet.js": "dist/leaflet.js",
        "leaflet.css": "dist/leaflet.css",
        **{
            f"images/{name}.png": f"dist/images/{name}.png"
            for name in ("layers", "layers-2x", "marker-icon", "marker-icon-2x", "marker-shadow")
        },
    },
    "jquery@3.7.1": {"LICENSE.txt": "LICENSE.txt", "jquery.min.js": "dist/jquery.min.js"},
    "bootstrap@5.2.3": {
        "LICENSE": "LICENSE",
        "bootstrap.bundle.min.js": "dist/js/bootstrap.bundle.min.js",
        "bootstrap.min.css": "dist/css/bootstrap.min.css",
    },
    "@fortawesome/fontawesome-free@6.2.0": {
        "LICENSE.txt": "LICENSE.txt",
        "css/all.min.css": "css/all.min.css",
        **{f"webfonts/fa-{font}.woff2": f"webfonts/fa-{font}.woff2" for font in FONTS},
    },
    "leaflet.awesome-markers@2.0.5": {
        "LICENSE": "LICENSE",
        "leaflet.awesome-markers.js": "dist/leaflet.awesome-markers.min.js",
        "leaflet.awesome-markers.css": "dist/leaflet.awesome-markers.css",
        **{f"images/{name}": f"dist/images/{name}" for name in MARKERS},
    },
    "swagger-ui-dist@5.35.0": {name: name for name in SWAGGER},
}


def pack(package: str, folder: Path) -> Path:
    """The tarball of `package` (name@version) as npm delivers it, in `folder`."""
    command = ["npm", "pack", package, "--json", "--pack-destination", str(folder)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    (tarball,) = folder.glob("*.tgz")
    return tarball


def unpack(package: str, files: dict[str, str]) -> tuple[dict[str, object], dict[str, bytes]]:
    """The record of `package` for vendor.json, and the content of each of `files` by its path under vendor/."""
    name = package.rpartition("@")[0].rpartition("/")[2]
    with tempfile.TemporaryDirectory() as folder, tarfile.open(pack(package, Path(folder))) as tarball:
        contents = {f"{name}/{here}": tarball.extractfile(f"package/{there}").read() for here, there in files.items()}
        about = json.load(tarball.extractfile("package/package.json"))
    digests = {path: hashlib.sha256(content).hexdigest() for path, content in contents.items()}
    record = {"name": about["name"], "version": about["version"], "licence": about["license"], "files": digests}
    return record, contents


def main() -> None:
    """Replace static/vendor/ by fresh copies, once every package has arrived."""
    unpacked = [unpack(package, files) for package, files in PACKAGES.items()]
    shutil.rmtree(VENDOR, ignore_errors=True)
    for record, contents in unpacked:
        for path, content in contents.items():
            (VENDOR / path).parent.mkdir(parents=True, exist_ok=True)
            (VENDOR / path).write_bytes(content)
        print(f"{record['name']} {record['version']} ({record['licence']}): {len(contents)} files")
    records = [record for record, _ in unpacked]
    (VENDOR / "vendor.json").write_text(json.dumps(records, indent=2) + "\n")


if __name__ == "__main__":
    main()
