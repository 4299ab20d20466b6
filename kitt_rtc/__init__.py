"""KITT RTC listens to a call while it happens and puts the right words in front of the person who needs them.

Three words carry the house:

* **frame**: sound coming in (`kitt_rtc.model.audio.AudioFrame`);
* **fact**: knowledge going out (`kitt_rtc.model.facts`), appended to a call's journal;
* **port**: a socket for an engine, a transport or a playbook (`kitt_rtc.ports`).

The floors, from the ground up; an import goes to a lower floor, or to a lower room of its own package:

    8  __main__, demo, doctor
    7  app
    6  ingest, api
    5  toolbox, calls
    4  engines | pipeline | transports | playbooks | readers
    3  ports
    2  journal, wire, media, prompts
    1  settings, metrics, model
"""

__version__ = "0.3.0"
