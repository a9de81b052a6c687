"""What the JMS tells by itself, and what it says must not be shown."""

from app.services.authenticate import Authenticate
from app.services.enrichment import Enrichment
from app.services.forgetting.go_on_removing import GoOnRemoving
from app.services.forgetting.remove_photos import RemovePhotos
from app.services.imports.manage_imports import ManageImports
from app.services.imports.refresh_standings import RefreshStandings
from app.services.index_photo import IndexPhoto
from app.services.jms_events import JmsEventServices
from app.services.jms_events.follow_events import FollowEvents
from app.services.jms_events.hide_named import HideNamed
from app.services.jms_events.import_told import ImportTold
from app.services.jms_events.receive_events import ReceiveEvents
from app.services.jms_events.renumber_photo import RenumberPhoto
from app.services.jms_events.verify_sender import VerifySender
from app.services.withholding import WithholdingServices
from app.services.withholding.forgotten_bookings import ForgetBookings, none_kept
from app.services.withholding.keep_withheld import KeepWithheld
from app.services.withholding.manage_withheld import ManageWithheld
from app.services.withholding.remove_withheld import RemoveWithheld
from app.services.withholding.tell_withheld import TellWithheld
from app.settings import Settings


def keep_withheld_of(
    settings: Settings,
    enrichment: Enrichment,
    go_on: GoOnRemoving,
    forget: ForgetBookings = none_kept,
) -> KeepWithheld:
    """Return who keeps hidden what the JMS says so of, and removes it in time.

    `enrichment` asks the JMS itself; `forget` drops what this process keeps of its answers.
    """
    records = go_on.records
    return KeepWithheld(
        records=records,
        enrichment=enrichment,
        terms=settings.jms_removals.terms,
        remove=RemoveWithheld(records, go_on),
        tell=TellWithheld(records),
        forget=forget,
    )


def follow_events_of(
    settings: Settings, index: IndexPhoto, manage: ManageImports, keep: KeepWithheld
) -> FollowEvents:
    """Return who does what events ask for that is more than a row."""
    records, go_on = keep.records, keep.remove.go_on
    begins = settings.jms is not None and settings.jms_events.imports
    refresh = RefreshStandings(index.engine, records, keep.enrichment, index.sweep)
    return FollowEvents(
        records=records,
        refresh=refresh,
        imports=ImportTold(records, manage if begins else None),
        renumber=RenumberPhoto(
            *(records, index.store, index, RemovePhotos(records, go_on)), keep.terms.confirm_after
        ),
        hide=HideNamed(records, keep.terms.confirm_after, keep.forget),
        forget=keep.forget,
    )


def jms_events_of(
    settings: Settings, authenticate: Authenticate, keep: KeepWithheld, follow: FollowEvents
) -> JmsEventServices:
    """Return the use cases of a JMS that tells."""
    events = settings.jms_events
    return JmsEventServices(
        verify=VerifySender(authenticate, events.shared, events.tolerance),
        receive=ReceiveEvents(keep.records, keep, follow),
    )


def withholding_of(keep: KeepWithheld) -> WithholdingServices:
    """Return the use cases of an administrator."""
    return WithholdingServices(ManageWithheld(keep.records, keep))
