-- Production data of many clients in one table: who made how much of what, and how much of it was rejected. An example of a
-- table that is isolated by organization and filled from files; run it as a role that may create tables and is a member
-- of rowhouse_admin. Running it again changes nothing.
--
--   psql -f docs/examples/production_entries.sql
--   then import docs/examples/production_entries.csv into the target production_entries

CREATE TABLE IF NOT EXISTS public.production_entries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    production_date date NOT NULL,
    product text NOT NULL CHECK (char_length(product) BETWEEN 1 AND 200),
    shift text NOT NULL CHECK (shift IN ('early', 'late', 'night')),
    units_produced integer NOT NULL CHECK (units_produced >= 0),
    units_rejected integer NOT NULL DEFAULT 0 CHECK (units_rejected >= 0),
    hours numeric(5, 2) NOT NULL CHECK (hours > 0 AND hours <= 24),
    employee text CHECK (char_length(employee) <= 200),
    CHECK (units_rejected <= units_produced)
);
SELECT rowhouse.isolate('public.production_entries');

-- What one file has, the next one must not count again.
CREATE UNIQUE INDEX IF NOT EXISTS production_entries_key
    ON public.production_entries (organization_id, production_date, product, shift, employee) NULLS NOT DISTINCT;

SELECT rowhouse.define_import('production_entries', 'public.production_entries', '{
    "production_date": {"label": "date", "synonyms": ["day", "production day", "entry date"], "example": "2026-01-05"},
    "product": {"synonyms": ["item", "article", "product name", "sku"], "example": "Bracket 40"},
    "shift": {"type": "choice", "choices": ["early", "late", "night"], "example": "early"},
    "units_produced": {"synonyms": ["produced", "units", "quantity", "output", "good and bad units"], "minimum": 0, "deviation": 6},
    "units_rejected": {"synonyms": ["rejected", "defects", "scrap", "rejects"], "minimum": 0, "example": "3"},
    "hours": {"synonyms": ["hours worked", "run time", "duration"], "minimum": 0, "maximum": 24, "example": "7.5"},
    "employee": {"synonyms": ["operator", "worker", "employee name"], "example": "Ada Example"}
}', '{"role": "member"}') ->> 'target' AS target;
