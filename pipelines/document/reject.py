"""The row of a page that is no article. Light: who only hands pages out writes rows of those that were lost."""

from columnist.pipelines.document.addresses import registered_domain
from columnist.pipelines.records.article import NotAnArticle, Page, Reject


def reject(page: Page, verdict: NotAnArticle) -> Reject:
    """Return the reject row of a page that is no article."""
    return Reject(
        url=page.url,
        requested_url=page.requested_url,
        site=page.site or registered_domain(page.url) or page.url,
        reason=verdict.reason,
        detail=verdict.detail,
        discovered_via=page.discovered_via,
        http_status=page.http_status,
        fetched_at=page.fetched_at,
        run_id=page.run_id,
    )
