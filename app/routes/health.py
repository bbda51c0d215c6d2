"""For operators: is the process alive, and can it answer."""

from fastapi import APIRouter

from app.dependencies import ServiceDep

router = APIRouter(tags=["health"])


@router.get("/health", summary="The process is alive")
async def health() -> dict[str, str]:
    """Say so."""
    return {"status": "ok"}


@router.get("/ready", summary="A snapshot is loaded")
async def ready(service: ServiceDep) -> dict[str, str]:
    """Which snapshot answers."""
    return {"status": "ready", "snapshot": service.city.snapshot.id}
