"""Where the site files lie: beside the data, on this machine or on a store, unless a folder is named."""

from pathlib import Path, PurePosixPath

from columnist.pipelines.dataset.files.locations import open_output
from columnist.pipelines.dataset.state.lock import home_of
from columnist.pipelines.records.article import Page
from columnist.pipelines.records.site import Site
from columnist.pipelines.sites.site import site_named, with_site
from columnist.pipelines.sites.site_files import load_sites, read_sites

SITES = "sites"


def sites_place(data: str, given: Path | None) -> str:
    """Return the folder of the site files as a person would type it: the one that was named, else DATA/sites."""
    home = home_of(data, None)
    return str(given or (home / SITES if home else f"{data.rstrip('/')}/{SITES}"))


def sites_beside(data: str, given: Path | None) -> dict[str, Site]:
    """Read the site files of a dataset, by name; none where there is no such folder."""
    if given is not None or home_of(data, None) is not None:
        return load_sites(Path(sites_place(data, given)))
    output, files = open_output(data), {}
    for found in output.files(SITES):
        path = PurePosixPath(found.name)
        if path.suffix == ".toml" and path.parent == PurePosixPath(SITES):
            with output.open(found.name) as file:
                files[f"{output.address.rstrip('/')}/{found.name}"] = file.read()
    return read_sites(files)


def as_filed(page: Page, data: str) -> Page:
    """Return a stored page with what the file of its site, beside the data, says of it today."""
    return with_site(page, site_named(page.site, sites_beside(data, None)) if page.site else None)
