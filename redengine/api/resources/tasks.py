"""The list of tasks."""

from __future__ import annotations

import secrets
import threading
from typing import TYPE_CHECKING

from redengine.api.entity_tags import tagged
from redengine.api.fields import TASK_FIELDS
from redengine.api.lists import filtered
from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.resources.base import Resource

if TYPE_CHECKING:
    from redengine.api.ports import SessionPort


class TasksResource(Resource):
    """All tasks in the order in which they were made, or those that match the filters.

    Args:
        session: the session whose tasks they are.
    """

    name = "Tasks"
    query_keys = None

    def __init__(self, session: SessionPort) -> None:
        super().__init__(session)
        self._making = threading.Lock()
        self._lifetime = secrets.token_hex(4)
        self._cached: tuple[int, bytes, str] = (-1, b"", "")

    def get(self, request: ApiRequest) -> ApiResponse:
        version = self.session.tasks_version  # read before the tasks: never newer than they are
        tag = f'"{self._lifetime}-{version}"'
        if not request.query:
            content, count = self._all(version)
            return tagged(ApiResponse(content, headers={"X-Total-Count": count}), tag, request)
        snapshots = (task.snapshot() for task in self.session.tasks.values())
        response = filtered(snapshots, request, TASK_FIELDS, self.session.zone)
        return tagged(response, tag, request)

    def _all(self, version: int) -> tuple[bytes, str]:
        """The JSON array of all tasks, joined from each task's own bytes, and their number."""
        if self._cached[0] != version:
            with self._making:  # several callers at once wait for one list
                if self._cached[0] != version:
                    tasks = self.session.tasks.values()
                    content = b"[" + b",".join([task.json() for task in tasks]) + b"]"
                    self._cached = (version, content, str(len(tasks)))
        _, content, count = self._cached
        return content, count
