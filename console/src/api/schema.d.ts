/**
 * What the API takes and answers, made by `make types` from its OpenAPI document; not to be edited.
 *
 * Of the document with the digest f6d03fbae0c20effcae3a99efbcb5bccb22524142b0e19ab7b55af7a64bd0d93
 */
export interface paths {
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Health"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Readiness"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Who"];
                    };
                };
            };
        };
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["LogIn"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LoggedIn"];
                    };
                };
            };
        };
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LoggedIn"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewPassword"];
                };
            };
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Ticket"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only of this role. */
                    role?: components["schemas"]["Role"] | null;
                    /** @description Only where a name contains this. */
                    search?: string | null;
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UserPage"];
                    };
                };
            };
        };
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewUser"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UserWithPassword"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The user's name. */
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UserAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The user's name. */
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["UserChanges"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UserAnswer"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/users/{name}/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The user's name. */
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["GivenPassword"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only of this user. */
                    user?: string | null;
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ApiKeyPage"];
                    };
                };
            };
        };
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewKey"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MadeKey"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The key. */
                    key_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only of this user. */
                    user?: string | null;
                    /** @description Only this. */
                    action?: string | null;
                    /** @description Only of this kind of thing. */
                    object_kind?: string | null;
                    /** @description Only of this one. */
                    object_id?: string | null;
                    /** @description false: only what was refused. */
                    allowed?: boolean | null;
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description `start/end` in RFC 3339 with offset, start included, end not; `..` is an open end. */
                    datetime?: string;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AuditPage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vehicles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only of this company. */
                    company_id?: string | null;
                    /** @description Only where id or plate contains this. */
                    search?: string | null;
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["VehiclePage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vehicles/{vehicle_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The vehicle. */
                    vehicle_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Vehicle"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/positions/latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description `columns`, or a GeoJSON feature for each vehicle. */
                    format?: components["schemas"]["LatestFormat"];
                    /** @description Only inside `min_lon,min_lat,max_lon,max_lat`, WGS 84 degrees. */
                    bbox?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Latest"];
                        "application/geo+json": Record<string, never>;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/positions/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                101: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vehicles/{vehicle_id}/track": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description `columns`, or one GeoJSON feature with the same columns. */
                    format?: components["schemas"]["TrackFormat"];
                    /** @description Thinned to so many fixes: stops, bends, load changes and instants of events stay. Unless told, a day is exact and a longer range thinned to 20000. */
                    max_fixes?: number | null;
                    /** @description `start/end` in RFC 3339 with offset, start included, end not; `..` is an open end. */
                    datetime?: string;
                };
                header?: never;
                path: {
                    /** @description The vehicle. */
                    vehicle_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Track"];
                        "application/geo+json": Record<string, never>;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vehicles/{vehicle_id}/trips": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Also what late records made untrue. */
                    withdrawn?: boolean;
                    /** @description `start/end` in RFC 3339 with offset, start included, end not; `..` is an open end. */
                    datetime?: string;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path: {
                    /** @description The vehicle. */
                    vehicle_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TripPage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/today": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Today"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vehicles/{vehicle_id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description `start/end` in RFC 3339 with offset, start included, end not; `..` is an open end. */
                    datetime?: string;
                };
                header?: never;
                path: {
                    /** @description The vehicle. */
                    vehicle_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["History"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vehicles/{vehicle_id}/stays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Shorter ones are no stays. [s] */
                    least_s?: number;
                    /** @description `start/end` in RFC 3339 with offset, start included, end not; `..` is an open end. */
                    datetime?: string;
                };
                header?: never;
                path: {
                    /** @description The vehicle. */
                    vehicle_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["StayList"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vehicles/{vehicle_id}/gaps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Shorter ones are no gaps. [s] */
                    least_s?: number;
                    /** @description `start/end` in RFC 3339 with offset, start included, end not; `..` is an open end. */
                    datetime?: string;
                };
                header?: never;
                path: {
                    /** @description The vehicle. */
                    vehicle_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["GapList"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vehicles/{vehicle_id}/washes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description `start/end` in RFC 3339 with offset, start included, end not; `..` is an open end. */
                    datetime?: string;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path: {
                    /** @description The vehicle. */
                    vehicle_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WashPage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vehicles/{vehicle_id}/gate-passages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description `start/end` in RFC 3339 with offset, start included, end not; `..` is an open end. */
                    datetime?: string;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path: {
                    /** @description The vehicle. */
                    vehicle_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["GatePassagePage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vehicles/{vehicle_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description `start/end` in RFC 3339 with offset, start included, end not; `..` is an open end. */
                    datetime?: string;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path: {
                    /** @description The vehicle. */
                    vehicle_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["VehicleEventPage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vehicles/{vehicle_id}/cases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description `start/end` in RFC 3339 with offset, start included, end not; `..` is an open end. */
                    datetime?: string;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path: {
                    /** @description The vehicle. */
                    vehicle_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["VehicleCasePage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/search/vehicles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description `kind:id` of a site, dump_point, zone or district: only trucks that were in it. */
                    area?: string | null;
                    /** @description Part of a plate, a truck's id or a terminal's id. */
                    q?: string | null;
                    /** @description Only of this company. */
                    company_id?: string | null;
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description `start/end` in RFC 3339 with offset, start included, end not; `..` is an open end. */
                    datetime?: string;
                    /** @description Only inside `min_lon,min_lat,max_lon,max_lat`, WGS 84 degrees. */
                    bbox?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["VehiclesFound"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only these kinds. */
                    kind?: string[] | null;
                    /** @description Only this vehicle. */
                    vehicle_id?: string | null;
                    /** @description Only from this severity on. */
                    min_severity?: number;
                    /** @description Likewise for a first connection: `last_event_id` of an event list. */
                    last_event_id?: string | null;
                };
                header?: {
                    /** @description `id` of the last message received; browsers send it. */
                    "Last-Event-ID"?: string | null;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only these kinds. */
                    kind?: string[] | null;
                    /** @description Only this vehicle. */
                    vehicle_id?: string | null;
                    /** @description 0 also facts such as normal unloading. */
                    min_severity?: number;
                    /** @description Also what late records made untrue. */
                    withdrawn?: boolean;
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description `start/end` in RFC 3339 with offset, start included, end not; `..` is an open end. */
                    datetime?: string;
                    /** @description Only inside `min_lon,min_lat,max_lon,max_lat`, WGS 84 degrees. */
                    bbox?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["EventPage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{event_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    event_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["EventAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/candidate-places": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only places of this kind. */
                    kind?: ("loading" | "unloading") | null;
                    /** @description `start/end` in RFC 3339 with offset, start included, end not; `..` is an open end. */
                    datetime?: string;
                    /** @description Only inside `min_lon,min_lat,max_lon,max_lat`, WGS 84 degrees. */
                    bbox?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CandidatePlaces"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exports/{what}.{format}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only these trucks. */
                    vehicle_id?: string[] | null;
                    /** @description Only of this company. */
                    company_id?: string | null;
                    /** @description Only events and cases of these kinds. */
                    kind?: string[] | null;
                    /** @description Only from this severity on. */
                    min_severity?: number | null;
                    /** @description Whose clock the times are written in. */
                    zone?: string;
                    /** @description Of headers and of the names of kinds. */
                    language?: "zh" | "en";
                    /** @description Of positions. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description `start/end` in RFC 3339 with offset, start included, end not; `..` is an open end. */
                    datetime?: string;
                };
                header?: never;
                path: {
                    /** @description The thing: track, trips, events, ... */
                    what: string;
                    /** @description Of the file. */
                    format: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/csv; charset=utf-8": string;
                        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                        "application/vnd.apache.parquet": string;
                        "application/geo+json": string;
                        "application/gpx+xml": string;
                        "application/vnd.google-earth.kml+xml": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ExportList"];
                    };
                };
            };
        };
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ExportOrder"];
                };
            };
            responses: {
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Export"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exports/{export_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    export_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Export"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exports/{export_id}/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    export_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/octet-stream": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/balances": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only places of this kind. */
                    place_kind?: ("site" | "dump_point") | null;
                    /** @description Only this place. */
                    place_id?: string | null;
                    /** @description Local day to begin with. */
                    first_day?: string | null;
                    /** @description Local day after the last. */
                    before_day?: string | null;
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BalancePage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/basemap": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Basemap"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/basemap/roads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/geo+json": Record<string, never>;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/basemap/streets.geojson": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/basemap/city.pmtiles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/passages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only of this washer or gate. */
                    device?: string | null;
                    /** @description Only of this type. */
                    type?: ("washer_passage" | "gate_passage") | null;
                    /** @description true: only those of known trucks; false: only plates and tags that name none. */
                    matched?: boolean | null;
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description `start/end` in RFC 3339 with offset, start included, end not; `..` is an open end. */
                    datetime?: string;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PassagePage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/device-commands": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only of this terminal. */
                    device?: string | null;
                    /** @description Only of this status. */
                    status?: ("pending" | "delivered" | "accepted" | "refused" | "expired") | null;
                    /** @description Only of this kind. */
                    kind?: ("text" | "lock" | "speed_limit" | "locate" | "config") | null;
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeviceCommandPage"];
                    };
                };
            };
        };
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["DeviceOrder"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AuditedCommand"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/device-commands/{command_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The command. */
                    command_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AuditedCommand"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/terminals/{device}/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The terminal. */
                    device: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeviceCommand"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stray-replies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only of this terminal. */
                    device?: string | null;
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["StrayReplyPage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/compliance/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Also items that are no longer asked for. */
                    unused?: boolean;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Items"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/compliance/items/{item_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The item. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ItemOrder"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Items"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/compliance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only trucks that lack a required item. */
                    failing?: boolean;
                    /** @description Only this truck. */
                    vehicle_id?: string | null;
                    /** @description Only of this company. */
                    company_id?: string | null;
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CompliancePage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vehicles/{vehicle_id}/compliance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The vehicle. */
                    vehicle_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CheckOrder"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Compliance"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/manifests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only of this truck. */
                    vehicle_id?: string | null;
                    /** @description Only from this site. */
                    site_id?: string | null;
                    /** @description Only of this status. */
                    status?: ("issued" | "out" | "closed" | "unclosed" | "void") | null;
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description `start/end` in RFC 3339 with offset, start included, end not; `..` is an open end. */
                    datetime?: string;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ManifestPage"];
                    };
                };
            };
        };
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ManifestOrder"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ManifestAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/manifests/figures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description A row for each of these. */
                    by?: "company" | "site" | "dump_point";
                    /** @description `start/end` in RFC 3339 with offset, start included, end not; `..` is an open end. */
                    datetime?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ManifestFigures"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/manifests/{manifest_no}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The manifest. */
                    manifest_no: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ManifestAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/manifests/{manifest_no}/scans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The manifest. */
                    manifest_no: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ScanOrder"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ManifestAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProjectList"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/projects/{project_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The project. */
                    project_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ProjectOrder"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProjectAnswer"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/projects/{project_id}/board": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description `start/end` in RFC 3339 with offset, start included, end not; `..` is an open end. */
                    datetime?: string;
                };
                header?: never;
                path: {
                    /** @description The project. */
                    project_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Board"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/scores": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of companies, trucks or drivers. */
                    subject_kind?: "company" | "vehicle" | "driver";
                    /** @description This year unless told. */
                    year?: number | null;
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ScorePage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/scores/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only of companies, trucks or drivers. */
                    subject_kind?: ("company" | "vehicle" | "driver") | null;
                    /** @description Only of this one. */
                    subject_id?: string | null;
                    /** @description Only with an appeal that waits for its decision. */
                    appealed?: boolean;
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description `start/end` in RFC 3339 with offset, start included, end not; `..` is an open end. */
                    datetime?: string;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ScoreEntryPage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/scores/entries/{entry_no}/appeal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The entry of the ledger. */
                    entry_no: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["AppealOrder"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AppealTaken"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/appeals/{appeal_no}/decision": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The entry of the ledger. */
                    appeal_no: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["AppealDecision"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AppealDecided"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/point-table": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PointTable"];
                    };
                };
            };
        };
        put: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PointEdits"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PointTable"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/channels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ChannelList"];
                    };
                };
            };
        };
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewChannel"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ChannelAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/channels/{channel_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    channel_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    channel_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ChannelChange"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ChannelAnswer"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/channels/{channel_id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    channel_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TestSent"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only of this status. */
                    status?: ("waiting" | "delivered" | "dead") | null;
                    /** @description Only of this channel or webhook. */
                    channel_id?: string | null;
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeliveryPage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deliveries/{delivery_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    delivery_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeliveryWithAttempts"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deliveries/{delivery_id}/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    delivery_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TestSent"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exchange/feed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description `cursor` of the page before; none for everything there is. */
                    after?: string | null;
                    /** @description Types with commas. */
                    types?: string;
                    /** @description Most documents of each type looked at. */
                    limit?: number;
                    /** @description Where there is nothing new, wait for it so long. */
                    wait_s?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["FeedPage"];
                        "application/x-ndjson": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exchange/newest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Newest"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exchange/schema": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exchange/inbox": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only of this kind. */
                    kind?: ("penalty" | "incident") | null;
                    /** @description Only those with a truck, or only those without. */
                    matched?: boolean | null;
                    /** @description Only about this truck. */
                    vehicle_id?: string | null;
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KeptReportPage"];
                    };
                };
            };
        };
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Reports"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ReportResults"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exchange/inbox/{report_no}/vehicle": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Number of the report, as its list gives it. */
                    report_no: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["VehicleSaid"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KeptReport"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SubscriptionList"];
                    };
                };
            };
        };
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SubscriptionBody"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SubscriptionAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/{subscription_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    subscription_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SubscriptionReplacement"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SubscriptionAnswer"];
                    };
                };
            };
        };
        post?: never;
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    subscription_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookList"];
                    };
                };
            };
        };
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewWebhook"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhook_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    webhook_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    webhook_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WebhookChange"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookAnswer"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/webhooks/{webhook_id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    webhook_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TestSent"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rule-settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RuleSettings"];
                    };
                };
            };
        };
        put: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["LimitsOrder"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RuleSettings"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rule-trials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Trials"];
                    };
                };
            };
        };
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["TrialOrder"];
                };
            };
            responses: {
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Trial"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rule-trials/{trial_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The trial. */
                    trial_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Trial"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rejected/counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only of this device. */
                    device?: string | null;
                    /** @description Only for this reason. */
                    reason?: string | null;
                    /** @description `start/end` in RFC 3339 with offset, start included, end not; `..` is an open end. */
                    datetime?: string;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RejectedCounts"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rejected": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only of this device. */
                    device?: string | null;
                    /** @description Only for this reason. */
                    reason?: string | null;
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description `start/end` in RFC 3339 with offset, start included, end not; `..` is an open end. */
                    datetime?: string;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RejectedPage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProblemMeaning"][];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProblemMeaning"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/companies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only where the id or a name contains this. */
                    q?: string | null;
                    /** @description `geojson` also by `Accept: application/geo+json`. */
                    format?: "json" | "geojson";
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Only inside `min_lon,min_lat,max_lon,max_lat`, WGS 84 degrees. */
                    bbox?: string | null;
                    /** @description Only of this one. District (网格编号). */
                    district_id?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CompaniesPage"];
                    };
                };
            };
        };
        put?: never;
        post: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CompaniesSent"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CompaniesItem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/companies.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Only of this one. District (网格编号). */
                    district_id?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/csv": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/companies/{item_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CompaniesItem"];
                    };
                };
            };
        };
        put: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CompaniesSent"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CompaniesItem"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CompaniesItem"];
                    };
                };
            };
        };
        post?: never;
        delete: {
            parameters: {
                query?: {
                    /** @description Which was read, if not in `If-Match`. */
                    version?: number | null;
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CompaniesChange"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CompaniesItem"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CompaniesItem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/companies/{item_id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RegisterChangePage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vehicle-register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only where the id or a name contains this. */
                    q?: string | null;
                    /** @description `geojson` also by `Accept: application/geo+json`. */
                    format?: "json" | "geojson";
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Only inside `min_lon,min_lat,max_lon,max_lat`, WGS 84 degrees. */
                    bbox?: string | null;
                    /** @description Only of this one. Plate colour (号牌颜色). */
                    plate_colour?: ("yellow" | "green" | "blue" | "white") | null;
                    /** @description Only of this one. Company (企业编号). */
                    company_id?: string | null;
                    /** @description Only of this one. Energy (能源). */
                    energy?: ("diesel" | "gas" | "electric" | "hybrid" | "hydrogen") | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["VehicleRegisterPage"];
                    };
                };
            };
        };
        put?: never;
        post: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["VehicleRegisterSent"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["VehicleRegisterItem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vehicle-register.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Only of this one. Plate colour (号牌颜色). */
                    plate_colour?: ("yellow" | "green" | "blue" | "white") | null;
                    /** @description Only of this one. Company (企业编号). */
                    company_id?: string | null;
                    /** @description Only of this one. Energy (能源). */
                    energy?: ("diesel" | "gas" | "electric" | "hybrid" | "hydrogen") | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/csv": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vehicle-register/{item_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["VehicleRegisterItem"];
                    };
                };
            };
        };
        put: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["VehicleRegisterSent"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["VehicleRegisterItem"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["VehicleRegisterItem"];
                    };
                };
            };
        };
        post?: never;
        delete: {
            parameters: {
                query?: {
                    /** @description Which was read, if not in `If-Match`. */
                    version?: number | null;
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["VehicleRegisterChange"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["VehicleRegisterItem"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["VehicleRegisterItem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/vehicle-register/{item_id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RegisterChangePage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/drivers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only where the id or a name contains this. */
                    q?: string | null;
                    /** @description `geojson` also by `Accept: application/geo+json`. */
                    format?: "json" | "geojson";
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Only inside `min_lon,min_lat,max_lon,max_lat`, WGS 84 degrees. */
                    bbox?: string | null;
                    /** @description Only of this one. Company (企业编号). */
                    company_id?: string | null;
                    /** @description Only of this one. Licence class (准驾车型). */
                    licence_class?: ("A1" | "A2" | "A3" | "B1" | "B2") | null;
                    /** @description Only who drives or drove this truck. */
                    vehicle_id?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DriversPage"];
                    };
                };
            };
        };
        put?: never;
        post: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["DriversSent"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DriversItem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/drivers.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Only of this one. Company (企业编号). */
                    company_id?: string | null;
                    /** @description Only of this one. Licence class (准驾车型). */
                    licence_class?: ("A1" | "A2" | "A3" | "B1" | "B2") | null;
                    /** @description Only who drives or drove this truck. */
                    vehicle_id?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/csv": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/drivers/{item_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DriversItem"];
                    };
                };
            };
        };
        put: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["DriversSent"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DriversItem"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DriversItem"];
                    };
                };
            };
        };
        post?: never;
        delete: {
            parameters: {
                query?: {
                    /** @description Which was read, if not in `If-Match`. */
                    version?: number | null;
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["DriversChange"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DriversItem"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DriversItem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/drivers/{item_id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RegisterChangePage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only where the id or a name contains this. */
                    q?: string | null;
                    /** @description `geojson` also by `Accept: application/geo+json`. */
                    format?: "json" | "geojson";
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Only inside `min_lon,min_lat,max_lon,max_lat`, WGS 84 degrees. */
                    bbox?: string | null;
                    /** @description Only of this one. District (网格编号). */
                    district_id?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SitesPage"];
                        "application/geo+json": components["schemas"]["RegisterFeatures"];
                    };
                };
            };
        };
        put?: never;
        post: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SitesSent"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SitesItem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Only of this one. District (网格编号). */
                    district_id?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/csv": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites.geojson": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Only of this one. District (网格编号). */
                    district_id?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/geo+json": components["schemas"]["RegisterFeatures"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{item_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SitesItem"];
                    };
                };
            };
        };
        put: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SitesSent"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SitesItem"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SitesItem"];
                    };
                };
            };
        };
        post?: never;
        delete: {
            parameters: {
                query?: {
                    /** @description Which was read, if not in `If-Match`. */
                    version?: number | null;
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SitesChange"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SitesItem"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SitesItem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/sites/{item_id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RegisterChangePage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dump-points": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only where the id or a name contains this. */
                    q?: string | null;
                    /** @description `geojson` also by `Accept: application/geo+json`. */
                    format?: "json" | "geojson";
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Only inside `min_lon,min_lat,max_lon,max_lat`, WGS 84 degrees. */
                    bbox?: string | null;
                    /** @description Only of this one. Type (类型). */
                    type?: ("dump" | "wharf" | "recycling") | null;
                    /** @description Only of this one. District (网格编号). */
                    district_id?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DumpPointsPage"];
                        "application/geo+json": components["schemas"]["RegisterFeatures"];
                    };
                };
            };
        };
        put?: never;
        post: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["DumpPointsSent"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DumpPointsItem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dump-points.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Only of this one. Type (类型). */
                    type?: ("dump" | "wharf" | "recycling") | null;
                    /** @description Only of this one. District (网格编号). */
                    district_id?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/csv": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dump-points.geojson": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Only of this one. Type (类型). */
                    type?: ("dump" | "wharf" | "recycling") | null;
                    /** @description Only of this one. District (网格编号). */
                    district_id?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/geo+json": components["schemas"]["RegisterFeatures"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dump-points/{item_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DumpPointsItem"];
                    };
                };
            };
        };
        put: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["DumpPointsSent"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DumpPointsItem"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DumpPointsItem"];
                    };
                };
            };
        };
        post?: never;
        delete: {
            parameters: {
                query?: {
                    /** @description Which was read, if not in `If-Match`. */
                    version?: number | null;
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["DumpPointsChange"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DumpPointsItem"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DumpPointsItem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/dump-points/{item_id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RegisterChangePage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/washers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only where the id or a name contains this. */
                    q?: string | null;
                    /** @description `geojson` also by `Accept: application/geo+json`. */
                    format?: "json" | "geojson";
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Only inside `min_lon,min_lat,max_lon,max_lat`, WGS 84 degrees. */
                    bbox?: string | null;
                    /** @description Only of this one. Site (工地编号). */
                    site_id?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WashersPage"];
                        "application/geo+json": components["schemas"]["RegisterFeatures"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/washers.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Only of this one. Site (工地编号). */
                    site_id?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/csv": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/washers.geojson": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Only of this one. Site (工地编号). */
                    site_id?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/geo+json": components["schemas"]["RegisterFeatures"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/washers/{item_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WashersItem"];
                    };
                };
            };
        };
        put: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WashersSent"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WashersItem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WashersChange"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WashersItem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/washers/{item_id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RegisterChangePage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/gates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only where the id or a name contains this. */
                    q?: string | null;
                    /** @description `geojson` also by `Accept: application/geo+json`. */
                    format?: "json" | "geojson";
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Only inside `min_lon,min_lat,max_lon,max_lat`, WGS 84 degrees. */
                    bbox?: string | null;
                    /** @description Only of this one. Dump point (消纳点编号). */
                    dump_point_id?: string | null;
                    /** @description Only of this one. Site (工地编号). */
                    site_id?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["GatesPage"];
                        "application/geo+json": components["schemas"]["RegisterFeatures"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/gates.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Only of this one. Dump point (消纳点编号). */
                    dump_point_id?: string | null;
                    /** @description Only of this one. Site (工地编号). */
                    site_id?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/csv": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/gates.geojson": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Only of this one. Dump point (消纳点编号). */
                    dump_point_id?: string | null;
                    /** @description Only of this one. Site (工地编号). */
                    site_id?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/geo+json": components["schemas"]["RegisterFeatures"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/gates/{item_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["GatesItem"];
                    };
                };
            };
        };
        put: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["GatesSent"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["GatesItem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["GatesChange"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["GatesItem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/gates/{item_id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RegisterChangePage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/terminals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only where the id or a name contains this. */
                    q?: string | null;
                    /** @description `geojson` also by `Accept: application/geo+json`. */
                    format?: "json" | "geojson";
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Only inside `min_lon,min_lat,max_lon,max_lat`, WGS 84 degrees. */
                    bbox?: string | null;
                    /** @description Only of this one. Kind (类别). */
                    kind?: ("truck" | "washer" | "gate") | null;
                    /** @description Only of this one. Status (状态). */
                    status?: ("active" | "provisioned" | "suspended" | "revoked") | null;
                    /** @description Only of this one. Site (工地编号). */
                    site_id?: string | null;
                    /** @description Only of this one. Dump point (消纳点编号). */
                    dump_point_id?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TerminalsPage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/terminals.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Only of this one. Kind (类别). */
                    kind?: ("truck" | "washer" | "gate") | null;
                    /** @description Only of this one. Status (状态). */
                    status?: ("active" | "provisioned" | "suspended" | "revoked") | null;
                    /** @description Only of this one. Site (工地编号). */
                    site_id?: string | null;
                    /** @description Only of this one. Dump point (消纳点编号). */
                    dump_point_id?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/csv": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/terminals/{item_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TerminalsItem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/corridors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only where the id or a name contains this. */
                    q?: string | null;
                    /** @description `geojson` also by `Accept: application/geo+json`. */
                    format?: "json" | "geojson";
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Only inside `min_lon,min_lat,max_lon,max_lat`, WGS 84 degrees. */
                    bbox?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CorridorsPage"];
                        "application/geo+json": components["schemas"]["RegisterFeatures"];
                    };
                };
            };
        };
        put?: never;
        post: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CorridorsSent"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CorridorsItem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/corridors.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/csv": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/corridors.geojson": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/geo+json": components["schemas"]["RegisterFeatures"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/corridors/{item_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CorridorsItem"];
                    };
                };
            };
        };
        put: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CorridorsSent"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CorridorsItem"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CorridorsItem"];
                    };
                };
            };
        };
        post?: never;
        delete: {
            parameters: {
                query?: {
                    /** @description Which was read, if not in `If-Match`. */
                    version?: number | null;
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CorridorsChange"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CorridorsItem"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CorridorsItem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/corridors/{item_id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RegisterChangePage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/zones": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only where the id or a name contains this. */
                    q?: string | null;
                    /** @description `geojson` also by `Accept: application/geo+json`. */
                    format?: "json" | "geojson";
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Only inside `min_lon,min_lat,max_lon,max_lat`, WGS 84 degrees. */
                    bbox?: string | null;
                    /** @description Only of this one. Rule (规则). */
                    rule?: ("forbidden" | "control" | "speed" | "parking") | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ZonesPage"];
                        "application/geo+json": components["schemas"]["RegisterFeatures"];
                    };
                };
            };
        };
        put?: never;
        post: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ZonesSent"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ZonesItem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/zones.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Only of this one. Rule (规则). */
                    rule?: ("forbidden" | "control" | "speed" | "parking") | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/csv": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/zones.geojson": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Only of this one. Rule (规则). */
                    rule?: ("forbidden" | "control" | "speed" | "parking") | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/geo+json": components["schemas"]["RegisterFeatures"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/zones/{item_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ZonesItem"];
                    };
                };
            };
        };
        put: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ZonesSent"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ZonesItem"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ZonesItem"];
                    };
                };
            };
        };
        post?: never;
        delete: {
            parameters: {
                query?: {
                    /** @description Which was read, if not in `If-Match`. */
                    version?: number | null;
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ZonesChange"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ZonesItem"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ZonesItem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/zones/{item_id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RegisterChangePage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/districts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only where the id or a name contains this. */
                    q?: string | null;
                    /** @description `geojson` also by `Accept: application/geo+json`. */
                    format?: "json" | "geojson";
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Only inside `min_lon,min_lat,max_lon,max_lat`, WGS 84 degrees. */
                    bbox?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DistrictsPage"];
                        "application/geo+json": components["schemas"]["RegisterFeatures"];
                    };
                };
            };
        };
        put?: never;
        post: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["DistrictsSent"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DistrictsItem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/districts.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/csv": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/districts.geojson": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/geo+json": components["schemas"]["RegisterFeatures"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/districts/{item_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DistrictsItem"];
                    };
                };
            };
        };
        put: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["DistrictsSent"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DistrictsItem"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DistrictsItem"];
                    };
                };
            };
        };
        post?: never;
        delete: {
            parameters: {
                query?: {
                    /** @description Which was read, if not in `If-Match`. */
                    version?: number | null;
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["DistrictsChange"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DistrictsItem"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DistrictsItem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/districts/{item_id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RegisterChangePage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/permit-applications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only of this status; several times for several. */
                    status?: ("draft" | "submitted" | "returned" | "approved" | "rejected" | "withdrawn")[] | null;
                    /** @description Only those that have not ended. */
                    open?: boolean;
                    /** @description Only of this kind. */
                    kind?: ("new" | "change" | "extension") | null;
                    /** @description Only of this company. */
                    company_id?: string | null;
                    /** @description Only of this permit. */
                    permit_id?: string | null;
                    /** @description Only where number, company, site or spoil contains this. */
                    q?: string | null;
                    /** @description `waiting` has first what was sent in longest ago. */
                    order?: "newest" | "waiting";
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ApplicationPage"];
                    };
                };
            };
        };
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewApplication"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WholeApplication"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/permit-applications/places": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Sites or dump points. */
                    kind?: "site" | "dump_point";
                    /** @description Only where the id, name or address contains this. */
                    q?: string | null;
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PlacesPage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/permit-applications/{application_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    application_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WholeApplication"];
                    };
                };
            };
        };
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    application_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Writing"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WholeApplication"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/permit-applications/{application_id}/steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    application_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["StepOrder"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WholeApplication"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/permits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only those in force at this instant. */
                    valid_at?: string | null;
                    /** @description Only those that hold for this truck. */
                    vehicle_id?: string | null;
                    /** @description Only where the id, company, site or spoil contains this. */
                    q?: string | null;
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Only of this one. Company (企业编号). */
                    company_id?: string | null;
                    /** @description Only of this one. From which site; absent for anywhere (工地编号). */
                    site_id?: string | null;
                    /** @description Only of this one. To which dump points (消纳点). */
                    dump_point_id?: string | null;
                    /** @description Only of this one. By which corridors (线路). */
                    corridor_id?: string | null;
                    /** @description Only of this one. What binds a trip (绑定方式). */
                    binding?: ("load" | "period") | null;
                    /** @description Only of this one. Status; changed by its steps only (状态). */
                    status?: ("applied" | "rejected" | "approved" | "suspended" | "cancelled") | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PermitsPage"];
                    };
                };
            };
        };
        put?: never;
        post: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PermitsSent"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PermitsItem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/permits.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Only of this one. Company (企业编号). */
                    company_id?: string | null;
                    /** @description Only of this one. From which site; absent for anywhere (工地编号). */
                    site_id?: string | null;
                    /** @description Only of this one. To which dump points (消纳点). */
                    dump_point_id?: string | null;
                    /** @description Only of this one. By which corridors (线路). */
                    corridor_id?: string | null;
                    /** @description Only of this one. What binds a trip (绑定方式). */
                    binding?: ("load" | "period") | null;
                    /** @description Only of this one. Status; changed by its steps only (状态). */
                    status?: ("applied" | "rejected" | "approved" | "suspended" | "cancelled") | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/csv": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/permits/{item_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PermitsItem"];
                    };
                };
            };
        };
        put: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PermitsSent"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PermitsItem"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PermitsItem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch: {
            parameters: {
                query?: {
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PermitsChange"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PermitsItem"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PermitsItem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/permits/{item_id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RegisterChangePage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/permits/{item_id}/steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PermitStep"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PermitsItem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/permits/{item_id}/print": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The item's id. */
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PrintedPermit"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/register-fields": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RegisterDescriptions"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/register-history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only of these: `vehicles`, `zones`, `limits`, ... */
                    kind?: string | null;
                    /** @description Only of this item. */
                    id?: string | null;
                    /** @description Only by this user. */
                    by?: string | null;
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description `start/end` in RFC 3339 with offset, start included, end not; `..` is an open end. */
                    datetime?: string;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RegisterChangePage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports/{register_name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: {
            parameters: {
                query?: {
                    /** @description Only tell what would change. */
                    dry_run?: boolean;
                    /** @description Of positions in the body and in the answer; `bbox` is WGS 84 always. */
                    crs?: "wgs84" | "gcj02" | "bd09";
                    /** @description Why; stands in the history. */
                    reason?: string | null;
                };
                header?: never;
                path: {
                    /** @description A register, by its address. */
                    register_name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "text/csv": string;
                    "application/json": string;
                    "application/geo+json": string;
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Imported"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports/{register_name}/template.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A register, by its address. */
                    register_name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/csv": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/duplicates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Trucks of one plate, or companies of one name. */
                    kind?: "vehicles" | "companies";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Duplicates"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/merges": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Merge"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Merged"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/kinds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Kinds"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/cases/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only of these statuses. */
                    status?: ("new" | "acknowledged" | "assigned" | "handled" | "verified" | "closed" | "false_positive")[] | null;
                    /** @description Only of these kinds. */
                    kind?: string[] | null;
                    /** @description Only from this severity on. */
                    min_severity?: number;
                    /** @description Only of these districts. */
                    district_id?: string[] | null;
                    /** @description Only of these companies. */
                    company_id?: string[] | null;
                    /** @description Only of this truck. */
                    vehicle_id?: string | null;
                    /** @description Only from these. */
                    source?: ("event" | "hotline" | "patrol" | "inbox")[] | null;
                    /** @description Likewise for a first connection: `last_event_id` of an event list. */
                    last_event_id?: string | null;
                };
                header?: {
                    /** @description `id` of the last message received; browsers send it. */
                    "Last-Event-ID"?: string | null;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/cases/steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same for the same step sent again: it is taken once. */
                    "Idempotency-Key"?: string | null;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["BulkStepOrder"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BulkAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/cases/{case_id}/steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same for the same step sent again: it is taken once. */
                    "Idempotency-Key"?: string | null;
                };
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["OneStepOrder"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WholeCase"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/cases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only of these statuses. */
                    status?: ("new" | "acknowledged" | "assigned" | "handled" | "verified" | "closed" | "false_positive")[] | null;
                    /** @description Only of these kinds. */
                    kind?: string[] | null;
                    /** @description Only from this severity on. */
                    min_severity?: number;
                    /** @description Only of these districts. */
                    district_id?: string[] | null;
                    /** @description Only of these companies. */
                    company_id?: string[] | null;
                    /** @description Login of who was sent. */
                    assignee?: string | null;
                    /** @description Only of this truck. */
                    vehicle_id?: string | null;
                    /** @description Only those that are late, or only those that are not. */
                    overdue?: boolean | null;
                    /** @description Only from these. */
                    source?: ("event" | "hotline" | "patrol" | "inbox")[] | null;
                    /** @description A part of number, plate, truck, company or description. */
                    q?: string | null;
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description `start/end` in RFC 3339 with offset, start included, end not; `..` is an open end. */
                    datetime?: string;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CasePage"];
                    };
                };
            };
        };
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same for the same step sent again: it is taken once. */
                    "Idempotency-Key"?: string | null;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CaseReport"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WholeCase"] | components["schemas"]["ReportTaken"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/cases/{case_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WholeCase"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/photos": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "multipart/form-data": components["schemas"]["Body_send_photo_v1_photos_post"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PhotoTaken"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/photos/{photo_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description `thumbnail` fits 320 x 320. */
                    size?: "full" | "thumbnail";
                };
                header?: never;
                path: {
                    photo_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "image/jpeg": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/photos/{photo_id}/facts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    photo_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PhotoFacts"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only of days, or only of months. */
                    period?: components["schemas"]["Period"] | null;
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ReportPage"];
                    };
                };
            };
        };
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same for the same step sent again: it is taken once. */
                    "Idempotency-Key"?: string | null;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "multipart/form-data": components["schemas"]["Body_send_report_v1_reports_post"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ReportTaken"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/{case_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ReportTaken"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/case-figures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description What a row is of. */
                    by?: "district" | "company" | "kind";
                    /** @description `start/end` in RFC 3339 with offset, start included, end not; `..` is an open end. */
                    datetime?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CaseFiguresAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/case-figures/false-positives": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description `start/end` in RFC 3339 with offset, start included, end not; `..` is an open end. */
                    datetime?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RuleNoiseAnswer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/duty-roster": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only of this district. */
                    district_id?: string | null;
                    /** @description `start/end` in RFC 3339 with offset, start included, end not; `..` is an open end. */
                    datetime?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Roster"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/duty-roster/{district_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The district. */
                    district_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["RosterOrder"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Roster"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/case-workers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description Only who may be sent to this district. */
                    district_id?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CaseWorkers"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/evidence/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["EvidenceKeys"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{event_id}/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description `zip`: the signed bundle; `pdf`: its pages, not signed by themselves. */
                    format?: components["schemas"]["EvidenceFormat"];
                    /** @description Language of the pages. */
                    language?: components["schemas"]["EvidenceLanguage"];
                };
                header?: never;
                path: {
                    event_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/zip": string;
                        "application/pdf": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/cases/{case_id}/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description `zip`: the signed bundle; `pdf`: its pages, not signed by themselves. */
                    format?: components["schemas"]["EvidenceFormat"];
                    /** @description Language of the pages. */
                    language?: components["schemas"]["EvidenceLanguage"];
                };
                header?: never;
                path: {
                    case_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/zip": string;
                        "application/pdf": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/statistics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description What the rows stand for. */
                    by?: components["schemas"]["By"];
                    /** @description `start/end` in RFC 3339 with offset, start included, end not; `..` is an open end. */
                    datetime?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Statistics"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/data-quality": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description `silent`, or `troubled`: something found of it or refused in the range. */
                    only?: components["schemas"]["Only"] | null;
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description `start/end` in RFC 3339 with offset, start included, end not; `..` is an open end. */
                    datetime?: string;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["QualityPage"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/data-quality/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description `start/end` in RFC 3339 with offset, start included, end not; `..` is an open end. */
                    datetime?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["QualitySummary"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/{period}/{day}.{format_}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description In which language it is written. */
                    language?: components["schemas"]["ReportLanguage"];
                };
                header?: never;
                path: {
                    /** @description `day` or `month`. */
                    period: components["schemas"]["Period"];
                    /** @description The day; of a month any of its days. */
                    day: string;
                    /** @description Which file. */
                    format_: components["schemas"]["ReportFormat"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                        "application/pdf": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/shares": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    /** @description From the `next` link of the page before. */
                    cursor?: string | null;
                    /** @description Most rows of this page; 100 unless told. */
                    limit?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ShareList"];
                    };
                };
            };
        };
        put?: never;
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CaseToShare"] | components["schemas"]["PlaybackToShare"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ShareMade"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/shares/{share_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    share_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/shared/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The last part of a link. */
                    token: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Shared"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/shared/{token}/basemap": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The last part of a link. */
                    token: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Basemap"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/shared/{token}/basemap/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The last part of a link. */
                    token: string;
                    /** @description As the ground names it. */
                    file: "roads" | "streets.geojson" | "city.pmtiles";
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A key without its secret. */
        ApiKey: {
            key_id: string;
            user: string;
            label: string;
            permissions: components["schemas"]["Permission"][] | null;
            /** Format: date-time */
            created_at: string;
            created_by: string;
            expires_at: string | null;
            revoked_at: string | null;
        };
        /** @description Keys in the order of their ids. */
        ApiKeyPage: {
            keys: components["schemas"]["ApiKey"][];
            next: string | null;
        };
        /** @description What became of an objection. */
        AppealDecided: {
            appeal_no: number;
            upheld: boolean;
            reason: string;
        };
        /** @description What the bureau says to it; upheld gives the points back. */
        AppealDecision: {
            upheld: boolean;
            reason: string;
        };
        /** @description An objection to a deduction. */
        AppealOrder: {
            text: string;
            /** @default [] */
            photos?: string[];
        };
        /** @description An objection that waits for its decision. */
        AppealTaken: {
            appeal_no: number;
            entry_no: number;
        };
        /**
         * @description What a company applies for.
         *
         *     Attributes:
         *         application_no: The number that people say.
         *         version: Grows with every step and with every writing at a draft.
         *         permit_id: Which is to be changed, or what came of it.
         *         content: Members of the permit; to officers as it was sent in, to the company as it writes at it.
         *         waiting_days: Whole days since it was sent in, while it waits for a decision.
         *         remarks: While it is open: what to look at before it is decided.
         *         allowed_steps: Steps that the asker could take now.
         */
        Application: {
            /** Format: uuid */
            application_id: string;
            application_no: string;
            /** @enum {string} */
            kind: "new" | "change" | "extension";
            /** @enum {string} */
            status: "draft" | "submitted" | "returned" | "approved" | "rejected" | "withdrawn";
            version: number;
            company_id: string;
            company_name: string | null;
            permit_id: string | null;
            content: {
                /** @description Trucks; absent for every one of the company (车辆) */
                vehicle_ids?: string[];
                /** @description From which site; absent for anywhere (工地编号) */
                site_id?: string;
                /** @description To which dump points (消纳点) */
                dump_point_ids?: string[];
                /** @description By which corridors (线路) */
                corridor_ids?: string[];
                /**
                 * Format: date-time
                 * @description In force from (生效时间)
                 */
                valid_from?: string;
                /**
                 * Format: date-time
                 * @description In force up to (失效时间)
                 */
                valid_to?: string;
                /** @description Weekly hours (时段) */
                windows?: {
                    /** @description ISO; absent: all. */
                    days?: number[];
                    from: string;
                    to: string;
                }[];
                /** @description What is hauled (渣土种类) */
                spoil?: string;
                /** @description Quota of trips (核准趟次) */
                quota_trips?: number;
                /** @description Quota of mass (核准重量) [t] */
                quota_t?: number;
                /** @description Quota of volume (核准方量) [m3] */
                quota_m3?: number;
                /** @description Note to the officer (申请说明) */
                note?: string;
            };
            places: components["schemas"]["NamedPlace"][];
            submitted_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            waiting_days: number | null;
            last_step: components["schemas"]["LastStep"];
            remarks: components["schemas"]["Remark"][];
            allowed_steps: string[];
        };
        /** @description Applications, and how many there are of each status. */
        ApplicationPage: {
            applications: components["schemas"]["Application"][];
            next: string | null;
            counts: {
                [key: string]: number;
            };
        };
        /**
         * @description A step that was taken; never changed afterwards.
         *
         *     Attributes:
         *         changes: Of what is sent in again: what is otherwise than when it was sent in before.
         *         detail: Of an approval: the permit, and what the officer set otherwise than applied for.
         */
        ApplicationStep: {
            step_no: number;
            /** Format: date-time */
            at: string;
            by: string;
            by_name: string;
            /** @enum {string} */
            step: "create" | "submit" | "send_back" | "approve" | "reject" | "withdraw";
            from_status: ("draft" | "submitted" | "returned" | "approved" | "rejected" | "withdrawn") | null;
            /** @enum {string} */
            to_status: "draft" | "submitted" | "returned" | "approved" | "rejected" | "withdrawn";
            comment: string | null;
            changes: components["schemas"]["Difference"][];
            detail: {
                [key: string]: unknown;
            };
        };
        /**
         * @description One attempt.
         *
         *     Attributes:
         *         outcome: `failed` is tried again, `refused` is not.
         *         detail: What the receiver said, or what went wrong.
         */
        AttemptAnswer: {
            attempt_no: number;
            /** Format: date-time */
            at: string;
            took_ms: number;
            /** @enum {string} */
            outcome: "delivered" | "failed" | "refused";
            http_status: number | null;
            detail: string;
        };
        /**
         * @description One look or deed.
         *
         *     Attributes:
         *         user: Name at the time; of a refused log-in the one that was tried.
         *         allowed: False where it was refused.
         *         detail: The range of a track, what was changed, where from.
         *         hash: Covers this entry and the one before it; `muckline audit verify` follows them.
         */
        AuditEntry: {
            audit_no: number;
            /** Format: date-time */
            at: string;
            user: string;
            role: string;
            action: string;
            object_kind: string;
            object_id: string;
            allowed: boolean;
            detail: {
                [key: string]: unknown;
            };
            hash: string;
        };
        /** @description Entries, newest first. */
        AuditPage: {
            entries: components["schemas"]["AuditEntry"][];
            next: string | null;
        };
        /** @description A command with every step of it, the first one first. */
        AuditedCommand: {
            command_no: number;
            id: string;
            device: string;
            /** @enum {string} */
            channel: "command" | "config";
            /** @enum {string} */
            kind: "text" | "lock" | "speed_limit" | "locate" | "config";
            body: {
                [key: string]: unknown;
            };
            by: string;
            reason: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string;
            /** @enum {string} */
            status: "pending" | "delivered" | "accepted" | "refused" | "expired";
            sends: number;
            last_sent_at: string | null;
            delivered_at: string | null;
            ended_at: string | null;
            result: string | null;
            audit: components["schemas"]["CommandAudit"][];
        };
        /** @description Balances, newest day first. */
        BalancePage: {
            balances: components["schemas"]["DayBalance"][];
            next: string | null;
        };
        /**
         * @description How to draw the ground.
         *
         *     Attributes:
         *         kind: `none` leaves it to the registered roads.
         *         url: Of the file: GeoJSON, or PMTiles to be read by ranges.
         *         roads_url: Registered roads as GeoJSON in WGS 84, where there is no file.
         *         crs: Datum of the file; positions are shifted to it before they are drawn.
         *         attribution: To be shown with the map, always.
         *         approval_no: Likewise, the approval number (审图号) of the map.
         *         bounds: West, south, east, north of what is registered. [deg]
         */
        Basemap: {
            /** @enum {string} */
            kind: "none" | "geojson" | "pmtiles";
            url: string | null;
            roads_url: string | null;
            /** @enum {string} */
            crs: "wgs84" | "gcj02";
            attribution: string;
            approval_no: string;
            bounds: [
                number,
                number,
                number,
                number
            ] | null;
        };
        /** @description What a project's sites and trucks did. */
        Board: {
            project: components["schemas"]["ProjectAnswer"];
            days: components["schemas"]["BoardDay"][];
        };
        /**
         * @description One day of a project.
         *
         *     Attributes:
         *         load_kg: Weighed at the gate where it was, else by the truck's own sensor.
         *         missing: Loads that were dumped or lost.
         */
        BoardDay: {
            /** Format: date */
            day: string;
            trips: number;
            load_kg: number;
            delivered: number;
            missing: number;
            trucks: number;
            cases: number;
        };
        Body_send_photo_v1_photos_post: {
            /** @description JPEG, PNG or WebP of at most 12582912 bytes. */
            photo: string;
        };
        Body_send_report_v1_reports_post: {
            /**
             * @description Of `/v1/kinds`.
             * @default other_report
             */
            kind?: string;
            /** @description RFC 3339 with offset; now where absent. */
            seen_at?: string | null;
            /** @description WGS 84. */
            lon_deg?: number | null;
            /** @description WGS 84. */
            lat_deg?: number | null;
            plate?: string | null;
            description?: string | null;
            contact?: string | null;
            /** @default [] */
            photos?: string[];
        };
        /** @description What became of each case, in the order of the request. */
        BulkAnswer: {
            results: components["schemas"]["BulkResult"][];
        };
        /** @description Why one of the cases stayed as it was; members as of a problem. */
        BulkProblem: {
            type: string;
            title: string;
            status: number;
            detail: string;
        };
        /** @description What became of one case. */
        BulkResult: {
            /** Format: uuid */
            case_id: string;
            ok: boolean;
            case?: components["schemas"]["Case"] | null;
            problem?: components["schemas"]["BulkProblem"] | null;
        };
        /** @description The same step of several cases; each is taken or refused by itself. */
        BulkStepOrder: {
            /** @enum {string} */
            step: "acknowledge" | "assign" | "extend" | "handle" | "verify" | "close" | "send_back" | "false_positive" | "comment" | "reopen" | "call_back" | "confirm_vehicle";
            comment?: string | null;
            assignee?: string | null;
            due_at?: string | null;
            reason?: string | null;
            satisfaction?: number | null;
            vehicle_id?: string | null;
            /** @default [] */
            photos?: string[];
            case_ids: string[];
        };
        /**
         * @description What the rows stand for.
         * @enum {string}
         */
        By: "day" | "hour" | "kind" | "company" | "district" | "site";
        /**
         * @description What is known of a candidate place.
         *
         *     Attributes:
         *         kind: `loading` for a candidate black site, `unloading` for a candidate black dump point.
         *         first_time: When the earliest visit began, within the last 90 days.
         *         visits: Loadings or unloadings pooled here.
         *         vehicles: Trucks that did them.
         *         load_kg: Mass loaded or unloaded, as far as sensors told. [kg]
         *         measured_share: Share of the visits whose mass is known.
         *         event_ids: The visits, earliest first.
         */
        Candidate: {
            /** @enum {string} */
            kind: "loading" | "unloading";
            /** Format: date-time */
            first_time: string;
            /** Format: date-time */
            last_time: string;
            visits: number;
            vehicles: number;
            load_kg: number | null;
            measured_share: number;
            lat_deg: number;
            lon_deg: number;
            event_ids: string[];
            world_version: string;
        };
        /** @description One place; `id` is the name of its earliest visit's event. */
        CandidateFeature: {
            /** @constant */
            type: "Feature";
            /** Format: uuid */
            id: string;
            geometry: components["schemas"]["Outline"];
            properties: components["schemas"]["Candidate"];
        };
        /** @description A GeoJSON FeatureCollection, the place with the most visits first. */
        CandidatePlaces: {
            /** @constant */
            type: "FeatureCollection";
            features: components["schemas"]["CandidateFeature"][];
        };
        /**
         * @description The work on what was found or reported, until it is closed.
         *
         *     Attributes:
         *         case_no: The number that people say.
         *         version: Grows with every step; a step names the version that its asker has seen.
         *         company_id: Of the truck when the case was opened.
         *         start: When what it is about began; `end` is null while it goes on.
         *         overdue: Late, or ended late.
         *         events: What the rules found of it.
         *         comment_required: Whoever ends it must say why.
         *         paged: False where everything was found so late that nobody is called for it.
         *         change_no: Grows with every change of any case.
         */
        Case: {
            /** Format: uuid */
            case_id: string;
            case_no: string;
            kind: string;
            severity: number;
            /** @enum {string} */
            status: "new" | "acknowledged" | "assigned" | "handled" | "verified" | "closed" | "false_positive";
            version: number;
            /** @enum {string} */
            source: "event" | "hotline" | "patrol" | "inbox";
            vehicle_id: string | null;
            plate: string | null;
            company_id: string | null;
            company_name: string | null;
            district_id: string | null;
            subject_kind: string;
            subject_id: string | null;
            position: components["schemas"]["Point"] | null;
            /** Format: date-time */
            start: string;
            end: string | null;
            /** Format: date-time */
            opened_at: string;
            /** Format: date-time */
            due_at: string;
            extended: boolean;
            overdue: boolean;
            assignee: string | null;
            assignee_name: string | null;
            events: string[];
            comment_required: boolean;
            paged: boolean;
            /** Format: date-time */
            updated_at: string;
            change_no: number;
        };
        /**
         * @description A truck that was near the place of a report at about its time.
         *
         *     Attributes:
         *         distance_m: How near it came. [m]
         *         at: When it was nearest.
         *         fixes: How many of its positions lie within the radius.
         */
        CaseCandidate: {
            vehicle_id: string;
            plate: string | null;
            company_id: string | null;
            distance_m: number;
            /** Format: date-time */
            at: string;
            position: components["schemas"]["Point"];
            fixes: number;
        };
        /**
         * @description Figures of some cases.
         *
         *     Attributes:
         *         key: District, company or kind; null for cases of none, and for the total.
         *         closed_on_time: By the first due time; `closed_extended` later, by the extended one; `closed_late` after that.
         *         judged: Closed, and open but overdue; false positives and what still has time are not judged.
         *         closure_score: (1 x on time + 0.6 x extended + 0.3 x late) / judged; null where nothing is judged.
         *         closure_rate: Closed / judged.
         *         first_time: Closed without having been sent back or reopened; `first_time_share` of those closed.
         *         rework: Times that cases were sent back or reopened.
         *         satisfaction: Mean of call-backs, 1 to 5; `satisfied_share` are 4 and 5.
         *         median_acknowledge_s: From opening; assigning and handling from the step before; ending from opening. [s]
         */
        CaseFigures: {
            key: string | null;
            name: string | null;
            opened: number;
            closed: number;
            closed_on_time: number;
            closed_extended: number;
            closed_late: number;
            false_positives: number;
            open: number;
            open_overdue: number;
            judged: number;
            closure_score: number | null;
            closure_rate: number | null;
            first_time: number;
            first_time_share: number | null;
            rework: number;
            call_backs: number;
            satisfaction: number | null;
            satisfied_share: number | null;
            median_acknowledge_s: number | null;
            median_assign_s: number | null;
            median_handle_s: number | null;
            median_verify_s: number | null;
            median_end_s: number | null;
        };
        /** @description Figures of all cases opened in a range, and of each district, company or kind. */
        CaseFiguresAnswer: {
            /** @enum {string} */
            by: "district" | "company" | "kind";
            total: components["schemas"]["CaseFigures"];
            figures: components["schemas"]["CaseFigures"][];
        };
        /**
         * @description Cases, those opened last come first.
         *
         *     Attributes:
         *         counts: How many of these there are by status, whatever statuses were asked for.
         *         last_change_id: Connect to the stream with it to get every change after this page and none before.
         */
        CasePage: {
            cases: components["schemas"]["Case"][];
            next: string | null;
            counts: {
                [key: string]: number;
            };
            last_change_id: string;
        };
        /**
         * @description What was seen.
         *
         *     Attributes:
         *         kind: Of `/v1/kinds`.
         *         source: `hotline` or `patrol`; only who works cases may say.
         *         severity: As usual for the kind where it is absent; only who works cases may say.
         *         plate: As it was read; matched to a truck in its normal form.
         *         vehicle_id: Where it is known which truck it was; only who sees that truck.
         *         contact: How to reach the one who saw it; shown to those who work cases.
         *         photos: Sent before by the same user to `/v1/photos`.
         */
        CaseReport: {
            /** @default other_report */
            kind?: string;
            source?: ("hotline" | "patrol") | null;
            severity?: number | null;
            /** Format: date-time */
            seen_at: string;
            position?: components["schemas"]["Point"] | null;
            plate?: string | null;
            vehicle_id?: string | null;
            description?: string | null;
            contact?: string | null;
            /** @default [] */
            photos?: string[];
        };
        /**
         * @description A step that was taken; never changed afterwards.
         *
         *     Attributes:
         *         by: Login of who took it, `records` where late records did; `reporter` where it was a citizen and the asker does
         *             not work cases.
         *         detail: What the step changed besides the status: assignee, new due time, reason, satisfaction, event.
         */
        CaseStep: {
            step_no: number;
            /** Format: date-time */
            at: string;
            by: string;
            by_name: string;
            step: string;
            from_status: ("new" | "acknowledged" | "assigned" | "handled" | "verified" | "closed" | "false_positive") | null;
            /** @enum {string} */
            to_status: "new" | "acknowledged" | "assigned" | "handled" | "verified" | "closed" | "false_positive";
            comment: string | null;
            detail: {
                [key: string]: unknown;
            };
            photos: string[];
        };
        /** @description One case, with the track of its truck around it where the link's maker may see tracks. */
        CaseToShare: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "case";
            /** Format: uuid */
            case_id: string;
            /**
             * @description How long the link can be opened.
             * @default 24
             */
            hours?: number;
            /**
             * @description For the public: no whole plate, no company, no id of a truck, whoever makes the link.
             * @default false
             */
            masked?: boolean;
        };
        /**
         * @description Somebody who may be sent.
         *
         *     Attributes:
         *         assigned: Cases that wait for this person.
         */
        CaseWorkerShown: {
            name: string;
            display_name: string;
            role: string;
            on_duty: boolean;
            assigned: number;
        };
        /** @description Everybody who may be sent. */
        CaseWorkers: {
            workers: components["schemas"]["CaseWorkerShown"][];
        };
        /**
         * @description A channel; its URL is never told again.
         *
         *     Attributes:
         *         owner: Login of whom it reaches.
         *         yours: Whether it is the asker's own.
         *         scheme: What kind of receiver it is.
         *         address: Enough of it to tell one's own channels apart: the host, or the end of a token; null for others.
         *         failures: Attempts that failed since the last that did not.
         *         paused_until: It rests after a failure until then.
         *         waiting: Messages that have not been delivered yet.
         */
        ChannelAnswer: {
            /** Format: uuid */
            channel_id: string;
            /** @enum {string} */
            kind: "robot" | "webhook";
            name: string;
            owner: string;
            yours: boolean;
            shared: boolean;
            scheme: string;
            address: string | null;
            per_minute: number;
            /** Format: date-time */
            created_at: string;
            enabled: boolean;
            failures: number;
            paused_until: string | null;
            waiting: number;
        };
        /** @description What is to be changed of a channel; what is left out stays. */
        ChannelChange: {
            name?: string | null;
            url?: string | null;
            per_minute?: number | null;
            shared?: boolean | null;
            enabled?: boolean | null;
        };
        /** @description Somebody's channels. */
        ChannelList: {
            channels: components["schemas"]["ChannelAnswer"][];
        };
        /** @description What was found of one item of a truck. */
        CheckOrder: {
            item_id: string;
            passed: boolean;
            expires_on?: string | null;
            evidence?: string | null;
            /** @default [] */
            photos?: string[];
        };
        /**
         * @description From fix to arrival, of the newest 500 fixes of the range.
         *
         *     Attributes:
         *         looked_at: How many fixes there were.
         *         median_delay_s: Typical delay; negative where the terminal's clock runs ahead. [s]
         *         longest_delay_s: The longest. [s]
         *         late: Fixes that came more than a minute later.
         *         ahead: Fixes later than their own arrival.
         *         without_position: Fixes without a position.
         *         under_fault: Fixes under a fault that the terminal told.
         */
        Clock: {
            looked_at: number;
            median_delay_s: number;
            longest_delay_s: number;
            late: number;
            ahead: number;
            without_position: number;
            under_fault: number;
        };
        /** @description One step of a command: who did what when. */
        CommandAudit: {
            /** Format: date-time */
            at: string;
            who: string;
            /** @enum {string} */
            what: "created" | "sent" | "reply" | "expired" | "replaced";
            from_status: ("pending" | "delivered" | "accepted" | "refused" | "expired") | null;
            /** @enum {string} */
            to_status: "pending" | "delivered" | "accepted" | "refused" | "expired";
            detail: string;
        };
        /**
         * @description A truck and the checklist.
         *
         *     Attributes:
         *         lacking: Required items that it has not.
         *         next_expiry: The first day on which a proof that it has expires.
         *         permit_ids: Permits in force that it drives under: they warn while it lacks something.
         */
        Compliance: {
            vehicle_id: string;
            plate: string | null;
            company_id: string | null;
            compliant: boolean;
            lacking: number;
            next_expiry: string | null;
            items: components["schemas"]["ItemState"][];
            permit_ids: string[];
        };
        /** @description Trucks by their id. */
        CompliancePage: {
            vehicles: components["schemas"]["Compliance"][];
            next: string | null;
        };
        /**
         * @description One local day of one place.
         *
         *     Attributes:
         *         loads: Loads that left the site that day, or that are known to have arrived at the dump point.
         *         arrived: Those of them that were delivered.
         *         unweighed: Those of which no mass is known; the masses leave them out.
         *         sent_kg: Mass that left the site, or was known to arrive at the dump point. [kg]
         *         received_kg: Mass of it that was delivered, or that the dump point's gate weighed. [kg]
         *         gap_share: How much of what should be there is not, null where nothing was weighed.
         *         settled: Whether the day is over and its loads had time to arrive.
         *         imbalanced: Whether it is settled and the gap is too large; there is then an event `mass_imbalance`.
         */
        DayBalance: {
            /** @enum {string} */
            place_kind: "site" | "dump_point";
            place_id: string;
            /** Format: date */
            day: string;
            loads: number;
            arrived: number;
            unweighed: number;
            sent_kg: number;
            received_kg: number;
            gap_share: number | null;
            settled: boolean;
            imbalanced: boolean;
            world_version: string;
        };
        /**
         * @description One message to one channel.
         *
         *     Attributes:
         *         owner: Login of the channel's owner.
         *         about: A notice or digest of cases, a test, or the type of a document.
         *         object_id: The document, or the number of the first notice.
         *         next_at: When it is tried again.
         *         resent_from: The delivery that it repeats.
         */
        DeliveryAnswer: {
            delivery_no: number;
            /** Format: uuid */
            delivery_id: string;
            /** Format: uuid */
            channel_id: string;
            channel_name: string;
            /** @enum {string} */
            channel_kind: "robot" | "webhook";
            owner: string;
            about: string;
            object_id: string;
            title: string;
            /** @enum {string} */
            status: "waiting" | "delivered" | "dead";
            attempts: number;
            /** Format: date-time */
            created_at: string;
            next_at: string | null;
            ended_at: string | null;
            resent_from: string | null;
            last_attempt: components["schemas"]["AttemptAnswer"] | null;
        };
        /** @description Deliveries, newest first. */
        DeliveryPage: {
            deliveries: components["schemas"]["DeliveryAnswer"][];
            next: string | null;
        };
        /** @description A message with every attempt, the first one first. */
        DeliveryWithAttempts: {
            delivery_no: number;
            /** Format: uuid */
            delivery_id: string;
            /** Format: uuid */
            channel_id: string;
            channel_name: string;
            /** @enum {string} */
            channel_kind: "robot" | "webhook";
            owner: string;
            about: string;
            object_id: string;
            title: string;
            /** @enum {string} */
            status: "waiting" | "delivered" | "dead";
            attempts: number;
            /** Format: date-time */
            created_at: string;
            next_at: string | null;
            ended_at: string | null;
            resent_from: string | null;
            last_attempt: components["schemas"]["AttemptAnswer"] | null;
            attempts_made: components["schemas"]["AttemptAnswer"][];
        };
        /**
         * @description A command or settings, and what became of it.
         *
         *     Attributes:
         *         sends: How often it was given to the broker.
         *         delivered_at: When the terminal was first heard of it.
         *         ended_at: When it was accepted, refused or expired.
         *         result: What the terminal said, or why it ended.
         */
        DeviceCommand: {
            command_no: number;
            id: string;
            device: string;
            /** @enum {string} */
            channel: "command" | "config";
            /** @enum {string} */
            kind: "text" | "lock" | "speed_limit" | "locate" | "config";
            body: {
                [key: string]: unknown;
            };
            by: string;
            reason: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string;
            /** @enum {string} */
            status: "pending" | "delivered" | "accepted" | "refused" | "expired";
            sends: number;
            last_sent_at: string | null;
            delivered_at: string | null;
            ended_at: string | null;
            result: string | null;
        };
        /** @description Commands and settings, newest first. */
        DeviceCommandPage: {
            commands: components["schemas"]["DeviceCommand"][];
            next: string | null;
        };
        /**
         * @description A command or settings for one terminal.
         *
         *     Attributes:
         *         body: Members of the kind, as the contract names them.
         *         expires_at: Not to be carried out after this; for settings, not to be delivered.
         *         reason: Why; a lock needs one.
         */
        DeviceOrder: {
            device: string;
            /** @enum {string} */
            kind: "text" | "lock" | "speed_limit" | "locate" | "config";
            body?: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            expires_at: string;
            reason?: string | null;
        };
        /** @description A member that is otherwise. */
        Difference: {
            member: string;
            before: unknown;
            after: unknown;
        };
        /** @description Groups of items that are probably the same. */
        Duplicates: {
            duplicates: components["schemas"]["SameItems"][];
        };
        /**
         * @description What a rule found, with its evidence.
         *
         *     Attributes:
         *         event_id: The same whenever the same episode is found again.
         *         severity: 0 a fact, 1 notice, 2 warning, 3 critical.
         *         subject_kind: What it is about: a truck, or a washer, gate, site or dump point.
         *         subject_id: Which one.
         *         vehicle_id: The truck, null where it is about none.
         *         status: `open` goes on, `over` has ended, `withdrawn` did not hold once late records had come.
         *         opening: What was known when it was confirmed: numbers, thresholds in force, rule's version.
         *         closing: What is known of the whole episode.
         *         back_dated: Found so long after it began that nobody was paged.
         *         change_no: Grows with every change of any event.
         */
        EventAnswer: {
            /** Format: uuid */
            event_id: string;
            kind: string;
            severity: number;
            /** @enum {string} */
            subject_kind: "vehicle" | "washer" | "gate" | "site" | "dump_point";
            subject_id: string;
            vehicle_id: string | null;
            plate: string | null;
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            confirmed_at: string;
            end: string | null;
            /** @enum {string} */
            status: "open" | "over" | "withdrawn";
            position: components["schemas"]["Point"] | null;
            opening: {
                [key: string]: unknown;
            };
            closing: {
                [key: string]: unknown;
            } | null;
            world_version: string;
            first_fix: components["schemas"]["FirstFix"];
            /** Format: date-time */
            found_at: string;
            back_dated: boolean;
            withdrawn_at: string | null;
            change_no: number;
        };
        /**
         * @description Events, those that began last come first.
         *
         *     Attributes:
         *         last_event_id: Connect to the stream with it to get every change after this page and none before.
         */
        EventPage: {
            events: components["schemas"]["EventAnswer"][];
            next: string | null;
            last_event_id: string;
        };
        /**
         * @description The whole signed bundle, or the pages in it alone.
         * @enum {string}
         */
        EvidenceFormat: "zip" | "pdf";
        /**
         * @description A public key.
         *
         *     Attributes:
         *         fingerprint: SHA-256 of its 32 bytes, printed on each evidence file.
         *         pem: To be given to `muckline evidence verify --key`.
         *         current: Whether new bundles are signed with it.
         */
        EvidenceKey: {
            fingerprint: string;
            algorithm: string;
            public_key: string;
            pem: string;
            first_used_at: string | null;
            current: boolean;
        };
        /** @description Every key that ever signed, the oldest first. */
        EvidenceKeys: {
            keys: components["schemas"]["EvidenceKey"][];
        };
        /**
         * @description In which language the pages are.
         * @enum {string}
         */
        EvidenceLanguage: "zh" | "en";
        /**
         * @description A document; `/v1/exchange/schema` has the members of `data`.
         *
         *     Attributes:
         *         id: Stable.
         *         version: Grows with every change.
         *         deleted: It turned out not to have been.
         */
        ExchangeDocument: {
            id: string;
            /** @enum {string} */
            type: "event" | "case" | "trip" | "manifest" | "score";
            version: number;
            format: number;
            region: string | null;
            deleted: boolean;
            data: {
                [key: string]: unknown;
            };
        };
        /**
         * @description An export that was ordered.
         *
         *     Attributes:
         *         progress: Share of the rows written, null while it waits.
         *         file: Where the file is, null until it is done.
         *         problem: Why it could not be made.
         */
        Export: {
            /** Format: uuid */
            export_id: string;
            what: string;
            format: string;
            query: {
                [key: string]: unknown;
            };
            /** @enum {string} */
            status: "waiting" | "running" | "done" | "failed";
            /** Format: date-time */
            asked_at: string;
            started_at: string | null;
            ended_at: string | null;
            expires_at: string | null;
            rows: number;
            expected_rows: number | null;
            progress: number | null;
            size_bytes: number;
            file: string | null;
            problem: string | null;
        };
        /**
         * @description The asker's exports, newest first, and what could be ordered.
         *
         *     Attributes:
         *         formats: The formats of each thing.
         */
        ExportList: {
            exports: components["schemas"]["Export"][];
            next: null;
            formats: {
                [key: string]: string[];
            };
        };
        /** @description An export that takes longer than a request. */
        ExportOrder: {
            what: string;
            format: string;
            query?: components["schemas"]["ExportQuery"];
        };
        /**
         * @description What of a thing is wanted, and how it is written.
         *
         *     Attributes:
         *         datetime: `start/end`; of tracks the fixes, of trips and events when they began, of cases when they were opened.
         *         vehicle_id: Only these trucks.
         *         kind: Only events and cases of these kinds.
         *         zone: Whose clock the times are written in.
         *         language: Of headers and of the names of kinds.
         *         crs: Of positions.
         */
        ExportQuery: {
            /** @default ../.. */
            datetime?: string;
            vehicle_id?: string[] | null;
            company_id?: string | null;
            kind?: string[] | null;
            min_severity?: number | null;
            /** @default Asia/Shanghai */
            zone?: string;
            /**
             * @default zh
             * @enum {string}
             */
            language?: "zh" | "en";
            /**
             * @default wgs84
             * @enum {string}
             */
            crs?: "wgs84" | "gcj02" | "bd09";
        };
        /**
         * @description Documents that changed.
         *
         *     Attributes:
         *         cursor: To be kept once the documents are, and sent as `after` next.
         *         more: Whether there is more at once.
         */
        FeedPage: {
            documents: components["schemas"]["ExchangeDocument"][];
            cursor: string;
            more: boolean;
        };
        /**
         * @description One row, or the total.
         *
         *     Attributes:
         *         events: Violations that hold, severity 1 and up.
         *         withdrawn: Violations that late records made untrue.
         *         cases: Cases opened.
         *         false_positives: Of these, found to be none.
         *         trips: Loads hauled.
         *         delivered: Of these, unloaded where they may.
         *         dumped: Of these, anywhere else.
         *         tonnes: By the weighbridge where it weighed, else by the trucks' sensors. [t]
         */
        Figures: {
            events: number;
            withdrawn: number;
            cases: number;
            false_positives: number;
            trips: number;
            delivered: number;
            dumped: number;
            tonnes: number;
        };
        /**
         * @description Figures of one key; the empty key stands for what belongs to none.
         *
         *     Attributes:
         *         key: A date, an hour "00" to "23", a kind, or an id.
         *         label: Name of a company, site or district; null where it has none.
         */
        FiguresRow: {
            events: number;
            withdrawn: number;
            cases: number;
            false_positives: number;
            trips: number;
            delivered: number;
            dumped: number;
            tonnes: number;
            key: string;
            label: string | null;
        };
        /** @description Which record of the truck's terminal began the event. */
        FirstFix: {
            epoch: number;
            seq: number;
        };
        /**
         * @description One list per field, one element per fix, in time order; null where no fix of the answer has the field.
         *
         *     Attributes:
         *         epoch: With seq the identity of the record.
         */
        FixColumnsAnswer: {
            lat_deg: (number | null)[] | null;
            lon_deg: (number | null)[] | null;
            speed_mps: (number | null)[] | null;
            course_deg: (number | null)[] | null;
            load_kg: (number | null)[] | null;
            load_ratio: (number | null)[] | null;
            lift_deg: (number | null)[] | null;
            cover: (string | null)[] | null;
            ignition: (boolean | null)[] | null;
            main_power: (boolean | null)[] | null;
            faults: number[];
            alarms: number[];
            fix_time: string[];
            epoch: number[];
            seq: number[];
            received_at: string[];
            hdop: (number | null)[] | null;
            satellites: (number | null)[] | null;
        };
        /** @description Gaps in the order of time. */
        GapList: {
            vehicle_id: string;
            plate: string | null;
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            gaps: components["schemas"]["GapOfTrack"][];
            next: null;
        };
        /**
         * @description A time in which nothing was heard.
         *
         *     Attributes:
         *         from_position: Where it was heard last, null where the range begins in silence or there was no position.
         *         to_position: Where it was heard again, null where it was not yet.
         *         distance_m: Between the two. [m]
         *         missing_records: How many records its terminal counted meanwhile that are not here; null where its count was
         *             lost or the gap has no two ends. 0 says that it was off; more says that records may still come.
         */
        GapOfTrack: {
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            gap_s: number;
            from_position: components["schemas"]["Point"] | null;
            to_position: components["schemas"]["Point"] | null;
            distance_m: number | null;
            missing_records: number | null;
        };
        /** @description Passages of gates, newest first. */
        GatePassagePage: {
            vehicle_id: string;
            plate: string | null;
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            gate_passages: components["schemas"]["PassageOfVehicle"][];
            next: string | null;
        };
        /**
         * @description One limit that somebody set; of several of one name the narrowest holds: city < site < company < permit.
         *
         *     Attributes:
         *         id: Of the site, company or permit; null for the city.
         *         by: Who set it to this value, null where that is not on record, or is not the asker's to know.
         */
        GivenLimit: {
            name: string;
            /** @enum {string} */
            level: "city" | "site" | "company" | "permit";
            id: string | null;
            value: number;
            by: string | null;
            at: string | null;
            reason: string | null;
        };
        /** @description The password to be handed over; it must be changed at first use. */
        GivenPassword: {
            password: string;
        };
        /** @description The process answers. */
        Health: {
            /** @constant */
            status: "ok";
        };
        /**
         * @description Everything known of one truck in a range, each part as its own address gives it.
         *
         *     Attributes:
         *         truncated: Parts of which only the newest are here; their own addresses give the rest in pages.
         */
        History: {
            vehicle_id: string;
            plate: string | null;
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            trips: components["schemas"]["Trip"][];
            stays: components["schemas"]["Stay"][];
            events: components["schemas"]["EventAnswer"][];
            cases: components["schemas"]["Case"][];
            washes: components["schemas"]["PassageOfVehicle"][];
            gate_passages: components["schemas"]["PassageOfVehicle"][];
            gaps: components["schemas"]["GapOfTrack"][];
            truncated: string[];
        };
        /** @description What an import did, or would do. */
        Imported: {
            dry_run: boolean;
            rows: number;
            created: number;
            changed: number;
            unchanged: number;
            /** @description The first 200 of them. */
            changes: components["schemas"]["ImportedItem"][];
        };
        /** @description One item that an import creates or changes. */
        ImportedItem: {
            id: string;
            /** @enum {string} */
            action: "created" | "changed";
            before: {
                [key: string]: unknown;
            } | null;
            after: {
                [key: string]: unknown;
            };
        };
        /**
         * @description One item of the checklist.
         *
         *     Attributes:
         *         revision: To be named by who defines it anew.
         */
        Item: {
            item_id: string;
            position: number;
            name_zh: string;
            name_en: string;
            required: boolean;
            in_use: boolean;
            /** Format: date-time */
            at: string;
            by: string;
            revision: string;
        };
        /**
         * @description What an item is to be.
         *
         *     Attributes:
         *         expected_revision: Of the item that the author saw; absent for a new one.
         */
        ItemOrder: {
            position: number;
            name_zh: string;
            name_en: string;
            /** @default true */
            required?: boolean;
            /** @default true */
            in_use?: boolean;
            expected_revision?: string | null;
        };
        /** @description Where a truck stands with one item. */
        ItemState: {
            item_id: string;
            required: boolean;
            /** @enum {string} */
            state: "passed" | "failed" | "expired" | "unchecked";
            expires_on: string | null;
            evidence: string | null;
            photos: string[];
            at: string | null;
            by: string | null;
        };
        /** @description The checklist in its order. */
        Items: {
            items: components["schemas"]["Item"][];
        };
        /**
         * @description A report in its newest version, and who it is about.
         *
         *     Attributes:
         *         reporter: The bureau that reported it.
         *         matched: By its plate, by a person, by its company alone; two trucks bear the plate; or not at all.
         *         case_id: The case that it opened.
         *         revision: To be named by who says which truck it is about.
         */
        KeptReport: {
            report_no: number;
            id: string;
            reporter: string;
            version: number;
            /** @enum {string} */
            kind: "penalty" | "incident";
            /** Format: date-time */
            occurred_at: string;
            /** Format: date-time */
            received_at: string;
            title: string;
            text: string;
            reported_plate: string | null;
            reported_company: string | null;
            reference: string | null;
            amount_yuan: number | null;
            points: number | null;
            position: components["schemas"]["ReportPoint"] | null;
            /** @enum {string} */
            matched: "plate" | "person" | "company" | "ambiguous" | "nothing";
            vehicle_id: string | null;
            plate: string | null;
            company_id: string | null;
            case_id: string | null;
            revision: string;
        };
        /** @description Reports, newest first. */
        KeptReportPage: {
            reports: components["schemas"]["KeptReport"][];
            next: string | null;
        };
        /** @description How often a kind was found, of how many trucks. */
        KindCount: {
            key: string;
            count: number;
            vehicles: number;
        };
        /**
         * @description A kind of event or case.
         *
         *     Attributes:
         *         severity: As it usually is.
         *         due_h: A case is to be closed this long after it was opened. [h]
         *         acknowledge_min: And taken up this long after. [min]
         *         merge_min: A later event of the same truck within this time joins the open case. [min]
         *         critical: Whoever ends such a case must say why.
         */
        KindRow: {
            kind: string;
            zh: string;
            en: string;
            group: string;
            severity: number;
            due_h: number;
            acknowledge_min: number;
            merge_min: number;
            critical: boolean;
        };
        /**
         * @description Every word that cases use.
         *
         *     Attributes:
         *         records_reasons: Why a case ended as false without anybody's deed; no step takes them.
         */
        Kinds: {
            kinds: components["schemas"]["KindRow"][];
            groups: components["schemas"]["NamedWord"][];
            severities: components["schemas"]["NamedSeverity"][];
            statuses: components["schemas"]["NamedWord"][];
            steps: components["schemas"]["NamedWord"][];
            sources: components["schemas"]["NamedWord"][];
            false_positive_reasons: components["schemas"]["NamedWord"][];
            records_reasons: components["schemas"]["NamedWord"][];
            extension_reasons: components["schemas"]["NamedWord"][];
        };
        /** @description What was done last. */
        LastStep: {
            step: string;
            /** Format: date-time */
            at: string;
            by: string;
            by_name: string;
            comment: string | null;
        };
        /** @description The newest fix of each vehicle that ever sent one. */
        Latest: {
            count: number;
            columns: components["schemas"]["LatestColumns"];
            legend: {
                [key: string]: {
                    [key: string]: number;
                };
            };
        };
        /**
         * @description One list per field, one element per vehicle; null where no vehicle of the answer has the field.
         *
         *     Attributes:
         *         fix_time: Of the newest fix.
         *         position_time: Of the newest fix that had a position, which is the one given.
         */
        LatestColumns: {
            lat_deg: (number | null)[] | null;
            lon_deg: (number | null)[] | null;
            speed_mps: (number | null)[] | null;
            course_deg: (number | null)[] | null;
            load_kg: (number | null)[] | null;
            load_ratio: (number | null)[] | null;
            lift_deg: (number | null)[] | null;
            cover: (string | null)[] | null;
            ignition: (boolean | null)[] | null;
            main_power: (boolean | null)[] | null;
            faults: number[];
            alarms: number[];
            vehicle_id: string[];
            plate: (string | null)[];
            fix_time: string[];
            received_at: string[];
            position_time: (string | null)[];
            epoch: number[];
            seq: number[];
            hdop: (number | null)[] | null;
            satellites: (number | null)[] | null;
        };
        /**
         * @description How positions are given out.
         * @enum {string}
         */
        LatestFormat: "columns" | "geojson";
        /**
         * @description What the books of records say, of all times.
         *
         *     Attributes:
         *         epochs: How often the terminal began to count anew.
         *         missing: Numbers between the first and the last of an epoch that never came.
         *         refused: Numbers that came and were refused.
         */
        Ledger: {
            epochs: number;
            missing: number;
            refused: number;
        };
        /**
         * @description One level of escalation.
         *
         *     Attributes:
         *         after_s: Told when nobody has acknowledged a case for so long. [s]
         *         channel_ids: Whom to tell.
         */
        LevelBody: {
            after_s: number;
            channel_ids: string[];
        };
        /**
         * @description The whole document as it is to be.
         *
         *     Attributes:
         *         expected_revision: Of the document that the author saw.
         */
        LimitsOrder: {
            /** @description As limits.json: `city`, and by id `sites` and `companies`; settings in SI units. */
            limits: {
                city?: {
                    [key: string]: number;
                };
                sites?: {
                    [key: string]: {
                        [key: string]: number;
                    };
                };
                companies?: {
                    [key: string]: {
                        [key: string]: number;
                    };
                };
            };
            expected_revision: string;
            reason: string;
        };
        /**
         * @description Name and password.
         *
         *     Attributes:
         *         token: Also answer with the access token, for programs that keep no cookies.
         */
        LogIn: {
            name: string;
            password: string;
            /** @default false */
            token?: boolean;
        };
        /**
         * @description Who is logged in.
         *
         *     Attributes:
         *         expires_at: Refresh before this.
         *         access_token: Where it was asked for.
         */
        LoggedIn: {
            user: components["schemas"]["User"];
            /** Format: date-time */
            expires_at: string;
            access_token?: string | null;
        };
        /** @description The key, told here and never again; send it as `Authorization: Bearer KEY`. */
        MadeKey: {
            key_id: string;
            key: string;
        };
        /**
         * @description A manifest and what became of it.
         *
         *     Attributes:
         *         status: `unclosed` left its site six hours ago and was seen nowhere since.
         *         trip_id: The trip that its truck began at that site within half an hour of the scan.
         *         driven_to: Where that trip unloaded.
         *         deviated: The truck left its route on that trip.
         */
        ManifestAnswer: {
            manifest_no: string;
            permit_id: string | null;
            vehicle_id: string;
            plate: string | null;
            company_id: string | null;
            driver_id: string | null;
            site_id: string;
            dump_point_id: string;
            material: string | null;
            planned_kg: number | null;
            /** Format: date-time */
            issued_at: string;
            issued_by: string;
            out_at: string | null;
            in_at: string | null;
            void_at: string | null;
            /** @enum {string} */
            status: "issued" | "out" | "closed" | "unclosed" | "void";
            trip_id: string | null;
            left_site_at: string | null;
            driven_to: string | null;
            trip_end: string | null;
            ending: ("delivered" | "dumped" | "returned" | "lost") | null;
            load_kg: number | null;
            weighed_kg: number | null;
            deviated: boolean;
        };
        /**
         * @description How many loads were closed.
         *
         *     Attributes:
         *         closed_share: Of those that left a site and are not void, the share that arrived; null where none left.
         *         elsewhere: Scanned in, while the truck unloaded somewhere else.
         */
        ManifestFigure: {
            by: string;
            id: string | null;
            issued: number;
            left_site: number;
            closed: number;
            unclosed: number;
            void: number;
            elsewhere: number;
            deviated: number;
            closed_share: number | null;
        };
        /** @description Figures, one row for each company, site or dump point. */
        ManifestFigures: {
            figures: components["schemas"]["ManifestFigure"][];
        };
        /** @description Papers for one load. */
        ManifestOrder: {
            manifest_no: string;
            vehicle_id: string;
            site_id: string;
            dump_point_id: string;
            permit_id?: string | null;
            driver_id?: string | null;
            material?: string | null;
            planned_kg?: number | null;
        };
        /** @description Manifests, newest first. */
        ManifestPage: {
            manifests: components["schemas"]["ManifestAnswer"][];
            next: string | null;
        };
        /** @description What shall become one. */
        Merge: {
            /** @enum {string} */
            kind: "vehicles" | "companies";
            /** @description The item that stays, as it is. */
            keep: string;
            /** @description Those that go. */
            merge: string[];
            reason: string;
        };
        /** @description What came of a merge. */
        Merged: {
            /** @enum {string} */
            kind: "vehicles" | "companies";
            keep: string;
            merged: string[];
        };
        /** @description A site, dump point or corridor that is applied for. */
        NamedPlace: {
            /** @enum {string} */
            kind: "site" | "dump_point" | "corridor";
            id: string;
            name: string | null;
            geometry?: ({
                /** @constant */
                type: "Polygon";
                coordinates: number[][][];
            } | {
                /** @constant */
                type: "MultiPolygon";
                coordinates: number[][][][];
            }) | {
                /** @constant */
                type: "LineString";
                coordinates: number[][];
            } | null;
        };
        /** @description A severity and its words. */
        NamedSeverity: {
            severity: number;
            zh: string;
            en: string;
        };
        /** @description A truck that is applied for. */
        NamedTruck: {
            vehicle_id: string;
            plate: string | null;
        };
        /** @description A code and its words. */
        NamedWord: {
            name: string;
            zh: string;
            en: string;
        };
        /**
         * @description What is applied for.
         *
         *     Attributes:
         *         kind: `new`, or `change` or `extension` of a permit in force.
         *         permit_id: Which one, of the latter two.
         *         content: Of a change, only what shall be otherwise; null takes a member away.
         *         submit: Send it in at once.
         */
        NewApplication: {
            /**
             * @default new
             * @enum {string}
             */
            kind?: "new" | "change" | "extension";
            permit_id?: string | null;
            content: {
                /** @description Trucks; absent for every one of the company (车辆) */
                vehicle_ids?: string[] | null;
                /** @description From which site; absent for anywhere (工地编号) */
                site_id?: string | null;
                /** @description To which dump points (消纳点) */
                dump_point_ids?: string[] | null;
                /** @description By which corridors (线路) */
                corridor_ids?: string[] | null;
                /** @description In force from (生效时间) */
                valid_from?: string | null;
                /** @description In force up to (失效时间) */
                valid_to?: string | null;
                /** @description Weekly hours (时段) */
                windows?: {
                    /** @description ISO; absent: all. */
                    days?: number[];
                    from: string;
                    to: string;
                }[] | null;
                /** @description What is hauled (渣土种类) */
                spoil?: string | null;
                /** @description Quota of trips (核准趟次) */
                quota_trips?: number | null;
                /** @description Quota of mass (核准重量) [t] */
                quota_t?: number | null;
                /** @description Quota of volume (核准方量) [m3] */
                quota_m3?: number | null;
                /** @description Note to the officer (申请说明) */
                note?: string | null;
            };
            /** @default false */
            submit?: boolean;
        };
        /** @description A channel to be added. */
        NewChannel: {
            name: string;
            /**
             * Format: password
             * @description `wecombot://KEY`, `dingtalk://TOKEN` or `dingtalk://SECRET@TOKEN`, `feishu://TOKEN` or `feishu://SECRET@TOKEN`; `mailtos://…`, `json://…` to hosts that the operator allows. It is a secret: no answer and no log repeats it.
             */
            url: string;
            /**
             * @description Most messages a minute.
             * @default 20
             */
            per_minute?: number;
            /**
             * @description Colleagues may name it in their chains of escalation.
             * @default false
             */
            shared?: boolean;
        };
        /**
         * @description A key to be made.
         *
         *     Attributes:
         *         user: Whose role and scope it has.
         *         label: What it is for.
         *         permissions: All that it may do of what the role may; null for all.
         *         valid_days: How long it is in force; null for no end.
         */
        NewKey: {
            user: string;
            label: string;
            permissions?: components["schemas"]["Permission"][] | null;
            valid_days?: number | null;
        };
        /** @description A password in the place of another. */
        NewPassword: {
            password: string;
            new_password: string;
        };
        /** @description A user to be added; a company goes with the role `company` alone, districts with `district`. */
        NewUser: {
            name: string;
            display_name: string;
            role: components["schemas"]["Role"];
            company_id?: string | null;
            /** @default [] */
            district_ids?: string[];
        };
        /** @description A webhook to be added. */
        NewWebhook: {
            name: string;
            /** @description https:// at an address of the public internet; redirects are not followed. */
            url: string;
            document_types: ("event" | "case" | "trip" | "manifest" | "score")[];
            /**
             * @description Events and cases from this severity on.
             * @default 1
             */
            min_severity?: number;
            /** @default 600 */
            per_minute?: number;
        };
        /** @description Where the feed ends at this moment. */
        Newest: {
            cursor: string;
        };
        /**
         * @description A step of one case.
         *
         *     Attributes:
         *         expected_version: `version` of the case that was seen; another one answers 409 with the case as it is.
         */
        OneStepOrder: {
            /** @enum {string} */
            step: "acknowledge" | "assign" | "extend" | "handle" | "verify" | "close" | "send_back" | "false_positive" | "comment" | "reopen" | "call_back" | "confirm_vehicle";
            comment?: string | null;
            assignee?: string | null;
            due_at?: string | null;
            reason?: string | null;
            satisfaction?: number | null;
            vehicle_id?: string | null;
            /** @default [] */
            photos?: string[];
            expected_version: number;
        };
        /**
         * @description Which terminals.
         * @enum {string}
         */
        Only: "silent" | "troubled";
        /** @description GeoJSON: a ring around all visits. */
        Outline: {
            /** @constant */
            type: "Polygon";
            coordinates: [
                number,
                number
            ][][];
        };
        /**
         * @description One setting of a rule.
         *
         *     Attributes:
         *         name_zh: What people call it; likewise `name_en`.
         *         kinds: Events that it decides; none for what all rules stand on.
         *         unit: Empty for a count; `unit_zh` and `unit_en` name what is counted too.
         *         city: What the city says, null where the default holds.
         */
        ParameterAnswer: {
            name: string;
            name_zh: string;
            name_en: string;
            kinds: string[];
            unit: string;
            unit_zh: string;
            unit_en: string;
            default: number;
            city: number | null;
        };
        /**
         * @description A truck at a washer or a gate.
         *
         *     Attributes:
         *         plate_read: As the device read it.
         *         vehicle_id: The truck that plate or tag named, null for none.
         *         plate: Its plate in the registry.
         *         similar: Where no truck was named: those whose plates differ from what was read in one character.
         *         body: What else the device reported, in the members of its contract.
         */
        Passage: {
            device: string;
            device_kind: string;
            site_id: string | null;
            dump_point_id: string | null;
            type: string;
            /** Format: date-time */
            time: string;
            epoch: number;
            seq: number;
            /** Format: date-time */
            received_at: string;
            plate_read: string | null;
            vehicle_id: string | null;
            plate: string | null;
            similar: string[];
            body: {
                [key: string]: unknown;
            };
        };
        /**
         * @description The truck at a washer or a gate.
         *
         *     Attributes:
         *         plate_read: As the device read it.
         *         body: What else the device reported, in the members of its contract.
         */
        PassageOfVehicle: {
            device: string;
            device_kind: string;
            site_id: string | null;
            dump_point_id: string | null;
            type: string;
            /** Format: date-time */
            time: string;
            epoch: number;
            seq: number;
            /** Format: date-time */
            received_at: string;
            plate_read: string | null;
            body: {
                [key: string]: unknown;
            };
        };
        /** @description Passages, newest first. */
        PassagePage: {
            passages: components["schemas"]["Passage"][];
            next: string | null;
        };
        /** @description A cell of the table as somebody put it in force. */
        PastEdit: {
            point_rule_no: number;
            kind: string;
            /** @enum {string} */
            subject_kind: "company" | "vehicle" | "driver";
            points: number;
            /** Format: date-time */
            from_time: string;
            by: string;
            reason: string;
            /** Format: date-time */
            at: string;
        };
        /**
         * @description What a report is of.
         * @enum {string}
         */
        Period: "day" | "month";
        /**
         * @description What a route needs.
         * @enum {string}
         */
        Permission: "look" | "track" | "work" | "verify" | "register" | "draw" | "tune" | "command" | "export" | "report" | "appeal" | "apply" | "permit" | "exchange" | "operate" | "users" | "audit";
        /** @description What somebody does with a permit. */
        PermitStep: {
            /** @enum {string} */
            step: "apply" | "approve" | "reject" | "suspend" | "resume" | "cancel";
            /** @description Version of the permit that was read. */
            expected_version: number;
            comment?: string | null;
        };
        /**
         * @description What is known of a photo.
         *
         *     Attributes:
         *         uploaded_by: Login; empty for who does not work cases: it may have been a citizen.
         *         sha256: Of the JPEG that is kept; `original_sha256` of what was sent.
         *         taken_at: By the camera, where it told its zone or had GNSS.
         *         taken_local: The camera's clock.
         *         position: By the camera.
         *         sent_before: How many other photos kept are the same file: one of another day, perhaps.
         */
        PhotoFacts: {
            /** Format: uuid */
            photo_id: string;
            uploaded_by: string;
            /** Format: date-time */
            uploaded_at: string;
            sha256: string;
            original_sha256: string;
            width: number;
            height: number;
            bytes: number;
            taken_at: string | null;
            taken_local: string | null;
            position: components["schemas"]["Point"] | null;
            camera: string | null;
            sent_before: number;
        };
        /** @description Names a photo for steps and reports. */
        PhotoTaken: {
            /** Format: uuid */
            photo_id: string;
        };
        /** @description A site or dump point of the city. */
        PlaceToApplyFor: {
            id: string;
            name: string | null;
            address: string | null;
            district_id: string | null;
            geometry: {
                [key: string]: unknown;
            } | null;
        };
        /** @description Places by their id. */
        PlacesPage: {
            places: components["schemas"]["PlaceToApplyFor"][];
            next: string | null;
        };
        /** @description Where one truck was; the link shows nothing of after it was made. */
        PlaybackToShare: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "playback";
            vehicle_id: string;
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            /**
             * @description How long the link can be opened.
             * @default 24
             */
            hours?: number;
            /**
             * @description For the public: no whole plate, no company, no id of a truck, whoever makes the link.
             * @default false
             */
            masked?: boolean;
        };
        /** @description A GeoJSON point. */
        Point: {
            /** @constant */
            type: "Point";
            coordinates: [
                number,
                number
            ];
        };
        /** @description One cell of the table. */
        PointEdit: {
            kind: string;
            /** @enum {string} */
            subject_kind: "company" | "vehicle" | "driver";
            points: number;
        };
        /**
         * @description Cells that change together.
         *
         *     Attributes:
         *         from_time: When they come into force; now where absent. Events before keep what held then.
         *         expected_revision: Of the table that the author saw; absent where nobody had edited it.
         */
        PointEdits: {
            points: components["schemas"]["PointEdit"][];
            from_time?: string | null;
            reason: string;
            expected_revision?: string | null;
        };
        /** @description What a kind of case costs one subject; of kind `base`, what a year begins with. */
        PointRow: {
            kind: string;
            /** @enum {string} */
            subject_kind: "company" | "vehicle" | "driver";
            points: number;
            default_points: number;
            from_time: string | null;
            by: string | null;
            reason: string | null;
        };
        /**
         * @description The table in force, and its newest edits.
         *
         *     Attributes:
         *         revision: To be named by who edits the table.
         */
        PointTable: {
            points: components["schemas"]["PointRow"][];
            edits: components["schemas"]["PastEdit"][];
            revision: string;
        };
        /** @description One kind of problem. */
        ProblemMeaning: {
            type: string;
            status: number;
            title: string;
            title_zh: string;
        };
        /**
         * @description A project as it is now.
         *
         *     Attributes:
         *         revision: To be named by who defines it anew.
         */
        ProjectAnswer: {
            project_id: string;
            name: string;
            mark: string;
            site_ids: string[];
            vehicle_ids: string[];
            from_time: string | null;
            to_time: string | null;
            in_use: boolean;
            /** Format: date-time */
            changed_at: string;
            by: string;
            revision: string;
        };
        /** @description Projects in use. */
        ProjectList: {
            projects: components["schemas"]["ProjectAnswer"][];
        };
        /**
         * @description What a project is to be.
         *
         *     Attributes:
         *         mark: Colour of its trucks on the map.
         *         in_use: False takes it off the list.
         *         expected_revision: Of the project that the author saw; absent for a new one.
         */
        ProjectOrder: {
            name: string;
            /** @default #c026d3 */
            mark?: string;
            /** @default [] */
            site_ids?: string[];
            /** @default [] */
            vehicle_ids?: string[];
            from_time?: string | null;
            to_time?: string | null;
            /** @default true */
            in_use?: boolean;
            expected_revision?: string | null;
        };
        /** @description Terminals by their names. */
        QualityPage: {
            terminals: components["schemas"]["TerminalQuality"][];
            next: string | null;
        };
        /**
         * @description Figures of all terminals that the viewer sees.
         *
         *     Attributes:
         *         never_heard: Terminals of trucks that never sent a fix.
         *         silent: Heard before, but not for a day.
         *         clock_ahead: Whose newest fix is later than its own arrival.
         *         last_came_late: Whose newest fix waited in the terminal for more than a minute.
         */
        QualitySummary: {
            terminals: number;
            never_heard: number;
            silent: number;
            clock_ahead: number;
            last_came_late: number;
            events: components["schemas"]["KindCount"][];
            rejected: components["schemas"]["ReasonCount"][];
        };
        /**
         * @description State of each part; also the members of the problem when one that answers need is not ready.
         *
         *     Attributes:
         *         work: Of the background process: without it nothing becomes a case and nobody is told.
         */
        Readiness: {
            database: string;
            broker: string;
            event_feed: string;
            ingest: string;
            ingest_lag_s: number | null;
            work: string;
        };
        /**
         * @description Why somebody is told of a case.
         * @enum {string}
         */
        Reason: "opened" | "assigned" | "unacknowledged" | "overdue" | "ended";
        /** @description How many records were refused for a reason, of how many devices. */
        ReasonCount: {
            key: string;
            count: number;
            devices: number;
        };
        /** @description One change of one item, as its document held it before and after. */
        RegisterChange: {
            history_no: number;
            /** Format: date-time */
            at: string;
            who: string;
            user_no: number | null;
            /** @description Where it came from: the console, an import, a world folder, ... */
            source: string;
            /** @description Document that holds the item. */
            kind: string;
            id: string;
            /** @enum {string} */
            action: "created" | "changed" | "retired";
            before: {
                [key: string]: unknown;
            } | null;
            after: {
                [key: string]: unknown;
            } | null;
            reason: string | null;
        };
        /** @description Changes of registers, the newest first. */
        RegisterChangePage: {
            changes: components["schemas"]["RegisterChange"][];
            next: string | null;
        };
        /** @description One register: its address is `/v1/{name}`, its items stand in `member` of a list. */
        RegisterDescription: {
            name: string;
            document: string;
            member: string;
            id_name: string;
            zh: string;
            en: string;
            geometry: ("area" | "line") | null;
            has_places: boolean;
            /** @enum {string} */
            permission: "register" | "draw";
            may_write: boolean;
            may_create: boolean;
            may_retire: boolean;
            filters: string[];
            computed: string[];
            fields: components["schemas"]["RegisterField"][];
        };
        /** @description All registers, and the steps of a permit that need a reason. */
        RegisterDescriptions: {
            registers: components["schemas"]["RegisterDescription"][];
            permit_steps: string[];
            commented_steps: string[];
        };
        /** @description One member of a register's items; `expected` says in words what a value must be. */
        RegisterField: {
            name: string;
            zh: string;
            en: string;
            /** @enum {string} */
            kind: "text" | "number" | "integer" | "choice" | "time" | "date" | "ids" | "json";
            unit: string | null;
            required: boolean;
            choices: string[];
            refers: string | null;
            private: ("name" | "number" | "plate") | null;
            pattern: string | null;
            least: number | null;
            most: number | null;
            example: unknown;
            expected: string;
        };
        /** @description How many records of a device were refused for a reason, and how many different ones those are. */
        RejectedCount: {
            reason: string;
            device: string;
            records: number;
            different: number;
            /** Format: date-time */
            last_received_at: string;
        };
        /** @description Counts by reason and device, the most first. */
        RejectedCounts: {
            counts: components["schemas"]["RejectedCount"][];
        };
        /** @description Refused records, those first refused last come first. */
        RejectedPage: {
            rejected: components["schemas"]["RejectedRecord"][];
            next: string | null;
        };
        /**
         * @description A refused record; the same bytes of the same device for the same reason are one row with a count.
         *
         *     Attributes:
         *         payload_base64: The first 256 bytes of what came.
         *         payload_bytes: Size of the whole.
         *         count: How often it came.
         */
        RejectedRecord: {
            rejected_no: number;
            device: string;
            reason: string;
            detail: string;
            topic: string;
            epoch: number | null;
            seq: number | null;
            sha256: string;
            payload_base64: string;
            payload_bytes: number;
            /** Format: date-time */
            received_at: string;
            /** Format: date-time */
            last_received_at: string;
            count: number;
        };
        /**
         * @description What an officer should look at.
         *
         *     Attributes:
         *         code: `strange_trucks`, `gone`, `permit_not_in_force`, `failing_trucks`, `expired_inspections`, `overlaps`,
         *             `licence_expired`, `permit_changed`, `over`, `no_corridor`, `site_quota`, `dump_point_capacity` or
         *             `dump_point_closes`; new ones may come.
         *         stop: It cannot be approved so.
         *         ids: Of the trucks, permits or places that it is about, some of many.
         *         limit_m3: What the site declared, or what the dump point takes.
         *         granted_m3: Of other permits in force.
         *         at: When the dump point closes.
         */
        Remark: {
            code: string;
            stop: boolean;
            /** @default [] */
            ids?: string[];
            /** @default 0 */
            count?: number;
            limit_m3?: number | null;
            granted_m3?: number | null;
            asked_m3?: number | null;
            at?: string | null;
        };
        /**
         * @description A penalty or an incident that another bureau reports.
         *
         *     Attributes:
         *         id: Theirs: the same report sent again changes nothing, other content under the same id is a correction.
         *         plate: As it is written or was read; it is compared in normal form.
         *         company: Its id or its full name.
         *         open_case: Whether the bureau shall work it as a case; unless told, incidents are and penalties are not.
         */
        Report: {
            id: string;
            /** @enum {string} */
            kind: "penalty" | "incident";
            /** Format: date-time */
            occurred_at: string;
            plate?: string | null;
            company?: string | null;
            title: string;
            /** @default  */
            text?: string;
            reference?: string | null;
            amount_yuan?: number | null;
            points?: number | null;
            position?: components["schemas"]["ReportPoint"] | null;
            open_case?: boolean | null;
        };
        /**
         * @description Which file.
         * @enum {string}
         */
        ReportFormat: "xlsx" | "pdf";
        /**
         * @description In which language it is written.
         * @enum {string}
         */
        ReportLanguage: "zh" | "en";
        /** @description Reports, the newest day first. */
        ReportPage: {
            reports: components["schemas"]["ReportRow"][];
            next: string | null;
        };
        /** @description A GeoJSON point, WGS 84. */
        ReportPoint: {
            /** @constant */
            type: "Point";
            coordinates: [
                number,
                number
            ];
        };
        /** @description What became of a report. */
        ReportResult: {
            id: string;
            /** @enum {string} */
            status: "created" | "changed" | "unchanged";
        };
        /** @description What became of reports, in their order. */
        ReportResults: {
            results: components["schemas"]["ReportResult"][];
        };
        /**
         * @description One report that was made.
         *
         *     Attributes:
         *         first_day: The day, or the first of the month.
         *         sha256: Of its figures, printed on each file made of them.
         *         files: Where its files are.
         */
        ReportRow: {
            period: components["schemas"]["Period"];
            /** Format: date */
            first_day: string;
            /** Format: date-time */
            made_at: string;
            sha256: string;
            files: {
                [key: string]: string;
            };
        };
        /** @description A report as the one who sent it may follow it. */
        ReportTaken: {
            /** Format: uuid */
            case_id: string;
            case_no: string;
            /** @enum {string} */
            status: "new" | "acknowledged" | "assigned" | "handled" | "verified" | "closed" | "false_positive";
            /** Format: date-time */
            opened_at: string;
            /** Format: date-time */
            updated_at: string;
            ended_at: string | null;
        };
        /** @description Reports to be kept, all or none. */
        Reports: {
            reports: components["schemas"]["Report"][];
        };
        /**
         * @description What somebody is.
         * @enum {string}
         */
        Role: "administrator" | "bureau" | "district" | "inspector" | "company" | "association" | "public";
        /**
         * @description Shifts, the first to begin first.
         *
         *     Attributes:
         *         revision: Of the plan of one district for the time that was asked for, to be named by who changes the plan of
         *             exactly this time; null where all districts were asked for.
         */
        Roster: {
            shifts: components["schemas"]["ShiftShown"][];
            revision: string | null;
        };
        /**
         * @description The whole plan of a district for a time.
         *
         *     Attributes:
         *         start: What was planned from here on is replaced, including shifts that reach into it.
         *         end: Up to here.
         *         shifts: All of the time's shifts; several people may be on duty at once.
         *         expected_revision: Of the plan of this time that its author saw; absent where nothing was planned.
         */
        RosterOrder: {
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            shifts: components["schemas"]["Shift"][];
            expected_revision?: string | null;
        };
        /**
         * @description How often a rule was right.
         *
         *     Attributes:
         *         hits: Cases that it opened.
         *         valid: Closed as violations.
         *         undecided: Still open.
         *         false: No violation, by the fault of the rule, its settings or its data.
         *         withdrawn: Taken back by late records before anybody looked; not the rule's fault, not in `false`.
         *         reasons: How often each reason was given.
         *         false_share: false / (false + valid); null before anything is decided.
         */
        RuleNoise: {
            kind: string;
            hits: number;
            valid: number;
            undecided: number;
            false: number;
            withdrawn: number;
            reasons: {
                [key: string]: number;
            };
            false_share: number | null;
        };
        /** @description Every rule that opened a case in the range, the noisiest first. */
        RuleNoiseAnswer: {
            rules: components["schemas"]["RuleNoise"][];
        };
        /**
         * @description Every setting, and the document in force.
         *
         *     Attributes:
         *         given: Who set what at which level.
         *         revision: To be given with a change.
         */
        RuleSettings: {
            parameters: components["schemas"]["ParameterAnswer"][];
            given: components["schemas"]["GivenLimit"][];
            limits: {
                city?: {
                    [key: string]: number;
                };
                sites?: {
                    [key: string]: {
                        [key: string]: number;
                    };
                };
                companies?: {
                    [key: string]: {
                        [key: string]: number;
                    };
                };
            };
            revision: string;
        };
        /** @description Items whose plates or names are the same but for how they are written. */
        SameItems: {
            /** @enum {string} */
            kind: "vehicles" | "companies";
            /** @enum {string} */
            member: "plate" | "name";
            /** @description In its normal form. */
            name: string;
            ids: string[];
        };
        /**
         * @description A manifest seen: `out` of the site, `in` at the dump point, or `void` where the load was never hauled.
         *
         *     Attributes:
         *         at: When; now where absent.
         *         position: `[longitude, latitude]`, WGS 84.
         */
        ScanOrder: {
            /** @enum {string} */
            scan: "out" | "in" | "void";
            at?: string | null;
            position?: [
                number,
                number
            ] | null;
            note?: string | null;
        };
        /**
         * @description A year's points of one subject.
         *
         *     Attributes:
         *         base: What the year began with.
         *         left: What is left of it; below zero where more was lost.
         *         deductions: That stand.
         */
        Score: {
            /** @enum {string} */
            subject_kind: "company" | "vehicle" | "driver";
            subject_id: string;
            name: string | null;
            company_id: string | null;
            base: number;
            deducted: number;
            left: number;
            deductions: number;
            open_appeals: number;
        };
        /**
         * @description One line of the ledger.
         *
         *     Attributes:
         *         points: Deducted; negative where given back.
         *         reverses: The entry that this one gives back.
         *         reversed_by: The entry that gave this one back.
         */
        ScoreEntry: {
            entry_no: number;
            /** Format: date-time */
            at: string;
            /** Format: date-time */
            event_time: string;
            /** @enum {string} */
            subject_kind: "company" | "vehicle" | "driver";
            subject_id: string;
            name: string | null;
            points: number;
            case_id: string | null;
            case_no: string | null;
            kind: string | null;
            reverses: number | null;
            reversed_by: number | null;
            reason: string;
            by: string;
            appeal_no: number | null;
            appeal_text: string | null;
            appealed_at: string | null;
            appeal_upheld: boolean | null;
            decision: string | null;
        };
        /** @description The ledger, newest first. */
        ScoreEntryPage: {
            entries: components["schemas"]["ScoreEntry"][];
            next: string | null;
        };
        /** @description Subjects, those that lost most first. */
        ScorePage: {
            year: number;
            scores: components["schemas"]["Score"][];
            next: string | null;
        };
        /** @description Links, newest first. */
        ShareList: {
            shares: components["schemas"]["ShareShown"][];
            next: string | null;
        };
        /**
         * @description A link.
         *
         *     Attributes:
         *         path: Of the console's page, on this host; told once, so that it must be kept.
         */
        ShareMade: {
            /** Format: uuid */
            share_id: string;
            path: string;
            /** Format: date-time */
            expires_at: string;
        };
        /** @description A link without its token. */
        ShareShown: {
            /** Format: uuid */
            share_id: string;
            /** @enum {string} */
            kind: "case" | "playback";
            case_id: string | null;
            case_no: string | null;
            vehicle_id: string | null;
            plate: string | null;
            start: string | null;
            end: string | null;
            masked: boolean;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string;
            revoked_at: string | null;
            in_force: boolean;
        };
        /**
         * @description What a link shows: its case with the track around it, or where its truck was.
         *
         *     Attributes:
         *         masked: Whether the link is for the public: no whole plate, no company, no id of a truck.
         *         track: Of a case null where it is about no truck, or where the link's maker may not see tracks.
         */
        Shared: {
            /** @enum {string} */
            kind: "case" | "playback";
            /** Format: date-time */
            expires_at: string;
            masked: boolean;
            case: components["schemas"]["SharedCase"] | null;
            track: components["schemas"]["Track"] | null;
        };
        /**
         * @description A case without anybody's name and without what people wrote.
         *
         *     Attributes:
         *         kind_zh: The kind in words; likewise `kind_en`.
         */
        SharedCase: {
            /** Format: uuid */
            case_id: string;
            case_no: string;
            kind: string;
            kind_zh: string;
            kind_en: string;
            severity: number;
            /** @enum {string} */
            status: "new" | "acknowledged" | "assigned" | "handled" | "verified" | "closed" | "false_positive";
            vehicle_id: string | null;
            plate: string | null;
            company_name: string | null;
            district_id: string | null;
            position: components["schemas"]["Point"] | null;
            /** Format: date-time */
            start: string;
            end: string | null;
            /** Format: date-time */
            opened_at: string;
            /** Format: date-time */
            due_at: string;
            ended_at: string | null;
            overdue: boolean;
            steps: components["schemas"]["SharedStep"][];
            events: components["schemas"]["SharedEvent"][];
        };
        /**
         * @description What a rule found, as map and chart mark it.
         *
         *     Attributes:
         *         opening: Thresholds that the chart draws, in the units of their names.
         */
        SharedEvent: {
            /** Format: uuid */
            event_id: string;
            kind: string;
            kind_zh: string;
            kind_en: string;
            severity: number;
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            confirmed_at: string;
            end: string | null;
            position: components["schemas"]["Point"] | null;
            opening: {
                [key: string]: number;
            };
        };
        /** @description What was done with a case, and when. */
        SharedStep: {
            /** Format: date-time */
            at: string;
            step: string;
            step_zh: string;
            step_en: string;
            /** @enum {string} */
            to_status: "new" | "acknowledged" | "assigned" | "handled" | "verified" | "closed" | "false_positive";
        };
        /** @description One person's duty. */
        Shift: {
            assignee: string;
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
        };
        /** @description A shift as it is planned. */
        ShiftShown: {
            assignee: string;
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            district_id: string;
            assignee_name: string;
            on_duty_now: boolean;
        };
        /**
         * @description Figures of whole local days.
         *
         *     Attributes:
         *         first_day: First local day.
         *         last_day: Last local day.
         *         as_of: What came later is not counted yet.
         *         terminals: Trucks in service.
         *         silent_terminals: Of these, not heard for a day, or never.
         */
        Statistics: {
            by: components["schemas"]["By"];
            /** Format: date */
            first_day: string;
            /** Format: date */
            last_day: string;
            /** Format: date-time */
            as_of: string;
            rows: components["schemas"]["FiguresRow"][];
            totals: components["schemas"]["Figures"];
            terminals: number;
            silent_terminals: number;
        };
        /**
         * @description A place where the truck stood for a while.
         *
         *     Attributes:
         *         stay_s: How long. [s]
         *         position: The middle of its fixes.
         *         fixes: How many there are; few for the time say that the terminal slept.
         *         site_id: The site whose outline it lies in, null for none.
         *         dump_point_id: Likewise.
         */
        Stay: {
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            stay_s: number;
            position: components["schemas"]["Point"];
            fixes: number;
            site_id: string | null;
            dump_point_id: string | null;
        };
        /** @description Stays in the order of time. */
        StayList: {
            vehicle_id: string;
            plate: string | null;
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            stays: components["schemas"]["Stay"][];
            next: null;
        };
        /**
         * @description A step to be taken.
         *
         *     Attributes:
         *         comment: Compulsory to send back and to reject.
         *         changes: Of an approval: what the permit says otherwise than applied for, conditions, the permit's number.
         */
        StepOrder: {
            /** @enum {string} */
            step: "submit" | "withdraw" | "approve" | "send_back" | "reject";
            /** @description `version` of the application that was read. */
            expected_version: number;
            comment?: string | null;
            changes?: {
                /** @description Id (准运证号) */
                permit_id?: string;
                /** @description Trucks; absent for every one of the company (车辆) */
                vehicle_ids?: string[] | null;
                /** @description From which site; absent for anywhere (工地编号) */
                site_id?: string | null;
                /** @description To which dump points (消纳点) */
                dump_point_ids?: string[] | null;
                /** @description By which corridors (线路) */
                corridor_ids?: string[] | null;
                /** @description In force from (生效时间) */
                valid_from?: string | null;
                /** @description In force up to (失效时间) */
                valid_to?: string | null;
                /** @description Weekly hours (时段) */
                windows?: {
                    /** @description ISO; absent: all. */
                    days?: number[];
                    from: string;
                    to: string;
                }[] | null;
                /** @description What binds a trip (绑定方式) */
                binding?: ("load" | "period") | null;
                /** @description Load allowed (限载) [kg] */
                max_load_kg?: number | null;
                /** @description Limits for its trips (规则限值) */
                limits?: {
                    [key: string]: number;
                } | null;
                /** @description What is hauled (渣土种类) */
                spoil?: string | null;
                /** @description Density of it (容重) [kg/m3] */
                density_kg_m3?: number | null;
                /** @description Quota of trips (核准趟次) */
                quota_trips?: number | null;
                /** @description Quota of mass (核准重量) [t] */
                quota_t?: number | null;
                /** @description Quota of volume (核准方量) [m3] */
                quota_m3?: number | null;
                /** @description Issued by (发证机关) */
                issuer?: string | null;
                /** @description Conditions (许可条件) */
                conditions?: string | null;
                /** @description Remark (备注) */
                remark?: string | null;
            } | null;
        };
        /** @description An answer that names no command of its terminal; the same answer again is one row. */
        StrayReply: {
            stray_no: number;
            device: string;
            id: string;
            /** @enum {string} */
            status: "delivered" | "accepted" | "refused";
            result: string;
            /** Format: date-time */
            received_at: string;
            /** Format: date-time */
            last_received_at: string;
        };
        /** @description Stray replies, the newest kind first. */
        StrayReplyPage: {
            replies: components["schemas"]["StrayReply"][];
            next: string | null;
        };
        /**
         * @description A subscription as it stands.
         *
         *     Attributes:
         *         revision: To be named by who replaces it.
         */
        SubscriptionAnswer: {
            name: string;
            /**
             * @default zh
             * @enum {string}
             */
            language: "zh" | "en";
            kinds: string[] | null;
            /** @default 1 */
            min_severity: number;
            district_ids: string[] | null;
            company_ids: string[] | null;
            /**
             * @default [
             *       "opened",
             *       "assigned",
             *       "unacknowledged",
             *       "overdue"
             *     ]
             */
            reasons: components["schemas"]["Reason"][];
            channel_ids: string[];
            quiet_from: string | null;
            quiet_to: string | null;
            /** @default 3 */
            quiet_passes: number;
            /** @default 5 */
            digest_over: number;
            /** @default [] */
            levels: components["schemas"]["LevelBody"][];
            /** @default 0 */
            repeats: number;
            /** @default 900 */
            repeat_every_s: number;
            /** @default true */
            enabled: boolean;
            /** Format: uuid */
            subscription_id: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            revision: string;
        };
        /**
         * @description What somebody wants to be told; what they may not see is never told.
         *
         *     Attributes:
         *         kinds: Of cases; null for every kind. Likewise districts and companies.
         *         reasons: A case was opened, was assigned to you, nobody acknowledges it, it is overdue, it has ended.
         *         quiet_from: Local time of the city; what comes in quiet hours waits, and lapses once somebody took it up.
         *         quiet_passes: From this severity on it is told in quiet hours too; 4 for never.
         *         digest_over: More than this many messages within a minute become one.
         *         levels: Who is told when nobody acknowledges, by growing time.
         *         repeats: How often the last level is told again.
         */
        SubscriptionBody: {
            name: string;
            /**
             * @default zh
             * @enum {string}
             */
            language?: "zh" | "en";
            kinds?: string[] | null;
            /** @default 1 */
            min_severity?: number;
            district_ids?: string[] | null;
            company_ids?: string[] | null;
            /**
             * @default [
             *       "opened",
             *       "assigned",
             *       "unacknowledged",
             *       "overdue"
             *     ]
             */
            reasons?: components["schemas"]["Reason"][];
            channel_ids: string[];
            quiet_from?: string | null;
            quiet_to?: string | null;
            /** @default 3 */
            quiet_passes?: number;
            /** @default 5 */
            digest_over?: number;
            /** @default [] */
            levels?: components["schemas"]["LevelBody"][];
            /** @default 0 */
            repeats?: number;
            /** @default 900 */
            repeat_every_s?: number;
            /** @default true */
            enabled?: boolean;
        };
        /** @description Somebody's subscriptions. */
        SubscriptionList: {
            subscriptions: components["schemas"]["SubscriptionAnswer"][];
        };
        /**
         * @description A subscription as it is to be.
         *
         *     Attributes:
         *         expected_revision: Of the subscription that its owner saw.
         */
        SubscriptionReplacement: {
            name: string;
            /**
             * @default zh
             * @enum {string}
             */
            language?: "zh" | "en";
            kinds?: string[] | null;
            /** @default 1 */
            min_severity?: number;
            district_ids?: string[] | null;
            company_ids?: string[] | null;
            /**
             * @default [
             *       "opened",
             *       "assigned",
             *       "unacknowledged",
             *       "overdue"
             *     ]
             */
            reasons?: components["schemas"]["Reason"][];
            channel_ids: string[];
            quiet_from?: string | null;
            quiet_to?: string | null;
            /** @default 3 */
            quiet_passes?: number;
            /** @default 5 */
            digest_over?: number;
            /** @default [] */
            levels?: components["schemas"]["LevelBody"][];
            /** @default 0 */
            repeats?: number;
            /** @default 900 */
            repeat_every_s?: number;
            /** @default true */
            enabled?: boolean;
            expected_revision?: string | null;
        };
        /**
         * @description One terminal.
         *
         *     Attributes:
         *         vehicle_id: The truck it is in, null for washers, gates and spares.
         *         silent: Not heard for a day before the range's end, or never; null for washers and gates.
         *         events: How often each kind was found of its truck in the range.
         *         rejected: Refused records by reason; `conflict` is one identity (epoch, seq) with two contents.
         *         clock: Null where the range holds no fix.
         *         terminals_of_vehicle: More than one: two terminals say they are in this truck.
         */
        TerminalQuality: {
            terminal_id: string;
            kind: string;
            status: string;
            vehicle_id: string | null;
            plate: string | null;
            company_id: string | null;
            last_fix_time: string | null;
            last_received_at: string | null;
            silent: boolean | null;
            events: {
                [key: string]: number;
            };
            rejected: {
                [key: string]: number;
            };
            clock: components["schemas"]["Clock"] | null;
            ledger: components["schemas"]["Ledger"] | null;
            terminals_of_vehicle: number;
        };
        /** @description A test message is on its way; `GET /v1/deliveries/{delivery_id}` tells how it went. */
        TestSent: {
            /** Format: uuid */
            delivery_id: string;
        };
        /** @description Opens one stream within 30 s, as `?ticket=` in its address. */
        Ticket: {
            ticket: string;
            /** Format: date-time */
            expires_at: string;
        };
        /**
         * @description What happened since the city's midnight, in the viewer's scope.
         *
         *     Attributes:
         *         start: The midnight.
         *         trips: Loads that were taken up.
         *         ended: Of them, those that were brought to their end.
         *         load_kg: Mass of all of them, as weighed at a gate or else as the truck's sensor says. [kg]
         *         violations: Events of severity 1 and more that have not been withdrawn.
         */
        Today: {
            /** Format: date-time */
            start: string;
            trips: number;
            ended: number;
            load_kg: number;
            violations: number;
        };
        /**
         * @description The fixes of one vehicle from `start` to before `end`.
         *
         *     Attributes:
         *         count: How many fixes are given.
         *         of: How many the range holds.
         *         thinned: Whether fixes were left out.
         *         deviation_m: How far those left out are at most off the line between the others in place and time, where 20 kg
         *             of load and half a degree of lift count as a metre. [m]
         */
        Track: {
            vehicle_id: string;
            plate: string | null;
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            count: number;
            of: number;
            thinned: boolean;
            deviation_m: number;
            columns: components["schemas"]["FixColumnsAnswer"];
            legend: {
                [key: string]: {
                    [key: string]: number;
                };
            };
        };
        /**
         * @description How a track is given out.
         * @enum {string}
         */
        TrackFormat: "columns" | "geojson";
        /**
         * @description A trial and what it would have changed.
         *
         *     Attributes:
         *         result: `kinds` counts what appears, vanishes and changes; `first` are the first 500 changes.
         *         error: Why there is no result.
         */
        Trial: {
            /** Format: uuid */
            trial_id: string;
            asked_by: string;
            /** Format: date-time */
            asked_at: string;
            /** Format: date-time */
            from_time: string;
            /** Format: date-time */
            to_time: string;
            kinds: string[];
            /** @enum {string} */
            status: "waiting" | "running" | "done" | "failed";
            started_at: string | null;
            ended_at: string | null;
            limits: {
                city?: {
                    [key: string]: number;
                };
                sites?: {
                    [key: string]: {
                        [key: string]: number;
                    };
                };
                companies?: {
                    [key: string]: {
                        [key: string]: number;
                    };
                };
            };
            result: components["schemas"]["TrialResult"] | null;
            error: string | null;
        };
        /** @description One event or trip that would be otherwise. */
        TrialChange: {
            /** @enum {string} */
            change: "appears" | "vanishes" | "changes";
            vehicle_id: string;
            kind: string;
            id: string;
            /** Format: date-time */
            start: string;
            before: {
                [key: string]: unknown;
            } | null;
            after: {
                [key: string]: unknown;
            } | null;
        };
        /** @description How many of a kind would be otherwise; `trip` is one too. */
        TrialCounts: {
            kind: string;
            appears: number;
            vanishes: number;
            changes: number;
        };
        /**
         * @description Limits to be tried on the last days, or on a range.
         *
         *     Attributes:
         *         kinds: Only events of these kinds; all where empty.
         */
        TrialOrder: {
            /** @description As limits.json: `city`, and by id `sites` and `companies`; settings in SI units. */
            limits: {
                city?: {
                    [key: string]: number;
                };
                sites?: {
                    [key: string]: {
                        [key: string]: number;
                    };
                };
                companies?: {
                    [key: string]: {
                        [key: string]: number;
                    };
                };
            };
            /** @default 7 */
            days?: number;
            from_time?: string | null;
            to_time?: string | null;
            /** @default [] */
            kinds?: string[];
        };
        /** @description What limits would change on the days that they were tried on. */
        TrialResult: {
            changes: number;
            kinds: components["schemas"]["TrialCounts"][];
            first: components["schemas"]["TrialChange"][];
        };
        /** @description The newest trials. */
        Trials: {
            trials: components["schemas"]["Trial"][];
        };
        /**
         * @description One haul cycle as far as it is known; a time is null while it was not reached.
         *
         *     Attributes:
         *         trip_id: The same whenever the same trip is found again.
         *         permit_id: The permit that the trip was bound to when loaded.
         *         load_kg: Mass carried. [kg]
         *         gate_in_at: When the gate of a dump point saw it enter.
         *         weighed_kg: Net mass that the gate weighed. [kg]
         *         ending: What became of the load, null while it is on its way: delivered to a permitted dump point, dumped
         *             elsewhere, returned to a site, or lost from sight.
         *         inferred: Whether loading was concluded from a stay, for want of sensors.
         *         withdrawn_at: When late records made it untrue.
         */
        Trip: {
            /** Format: uuid */
            trip_id: string;
            /** Format: date-time */
            start: string;
            site_id: string | null;
            permit_id: string | null;
            corridor_id: string | null;
            loading_start: string | null;
            /** Format: date-time */
            loaded_at: string;
            washed_at: string | null;
            left_site_at: string | null;
            unloading_start: string | null;
            unloading_end: string | null;
            dump_point_id: string | null;
            end: string | null;
            load_kg: number | null;
            gate_in_at: string | null;
            gate_out_at: string | null;
            gate_dump_point_id: string | null;
            weighed_kg: number | null;
            ending: ("delivered" | "dumped" | "returned" | "lost") | null;
            inferred: boolean;
            world_version: string;
            withdrawn_at: string | null;
        };
        /** @description Trips, newest first. */
        TripPage: {
            trips: components["schemas"]["Trip"][];
            next: string | null;
        };
        /**
         * @description Who is logged in.
         *
         *     Attributes:
         *         permissions: What it may do.
         *         must_change_password: Nothing else is answered before it has.
         */
        User: {
            name: string;
            display_name: string;
            role: components["schemas"]["Role"];
            company_id: string | null;
            district_ids: string[];
            permissions: components["schemas"]["Permission"][];
            must_change_password: boolean;
        };
        /**
         * @description A user.
         *
         *     Attributes:
         *         revision: To be named by who changes the user.
         *         has_password: Whether it can log in by password.
         *         disabled_at: Since when nothing is answered to it.
         */
        UserAnswer: {
            name: string;
            display_name: string;
            role: components["schemas"]["Role"];
            company_id: string | null;
            district_ids: string[];
            must_change_password: boolean;
            has_password: boolean;
            /** Format: date-time */
            created_at: string;
            disabled_at: string | null;
            last_login: string | null;
            revision: string;
        };
        /**
         * @description What shall be otherwise; members that are left out stay.
         *
         *     Attributes:
         *         expected_revision: Of the user that the author of the changes saw.
         */
        UserChanges: {
            display_name?: string | null;
            role?: components["schemas"]["Role"] | null;
            company_id?: string | null;
            district_ids?: string[] | null;
            disabled?: boolean | null;
            expected_revision?: string | null;
        };
        /** @description Users in the order of their names. */
        UserPage: {
            users: components["schemas"]["UserAnswer"][];
            next: string | null;
        };
        /** @description A user and the password to be handed over: it is told here and never again, and must be changed at first use. */
        UserWithPassword: {
            name: string;
            display_name: string;
            role: components["schemas"]["Role"];
            company_id: string | null;
            district_ids: string[];
            must_change_password: boolean;
            has_password: boolean;
            /** Format: date-time */
            created_at: string;
            disabled_at: string | null;
            last_login: string | null;
            revision: string;
            password: string;
        };
        /**
         * @description A truck of the registry.
         *
         *     Attributes:
         *         capacity_kg: Rated load. [kg]
         *         tare_kg: Mass when empty. [kg]
         *         terminal_ids: Terminals that are in it now.
         *         merged_into: The truck that it became when duplicates were merged; asked for that one, its records are told too.
         */
        Vehicle: {
            vehicle_id: string;
            plate: string | null;
            company_id: string | null;
            company_name: string | null;
            capacity_kg: number | null;
            tare_kg: number | null;
            terminal_ids: string[];
            merged_into: string | null;
        };
        /** @description Cases, those opened last come first. */
        VehicleCasePage: {
            vehicle_id: string;
            plate: string | null;
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            cases: components["schemas"]["Case"][];
            next: string | null;
        };
        /** @description Events, those that began last come first. */
        VehicleEventPage: {
            vehicle_id: string;
            plate: string | null;
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            events: components["schemas"]["EventAnswer"][];
            next: string | null;
        };
        /**
         * @description A truck that fits.
         *
         *     Attributes:
         *         retired: No longer in service; its records are still there.
         *         merged_into: The truck that it became when duplicates were merged; asked for that one, its records are told too.
         *         terminal_ids: In it now.
         *         first_time: Of its fixes in the area and the time; null without an area.
         *         last_time: Likewise.
         *         fixes: How many; few for the time say that it passed through.
         */
        VehicleFound: {
            vehicle_id: string;
            plate: string | null;
            company_id: string | null;
            company_name: string | null;
            retired: boolean;
            merged_into: string | null;
            terminal_ids: string[];
            first_time: string | null;
            last_time: string | null;
            fixes: number | null;
        };
        /** @description Vehicles in the order of their ids. */
        VehiclePage: {
            vehicles: components["schemas"]["Vehicle"][];
            next: string | null;
        };
        /**
         * @description Which truck a report is about.
         *
         *     Attributes:
         *         expected_revision: Of the report that the author saw; absent where no person had said so yet.
         */
        VehicleSaid: {
            vehicle_id: string;
            expected_revision?: string | null;
        };
        /** @description Trucks by name. */
        VehiclesFound: {
            vehicles: components["schemas"]["VehicleFound"][];
            next: string | null;
        };
        /** @description Passages of washers, newest first. */
        WashPage: {
            vehicle_id: string;
            plate: string | null;
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            washes: components["schemas"]["PassageOfVehicle"][];
            next: string | null;
        };
        /**
         * @description A webhook; its URL is never told again.
         *
         *     Attributes:
         *         address: The host of the URL, to tell one's webhooks apart.
         *         secret: Given once, when it is made: what signatures are checked with.
         */
        WebhookAnswer: {
            /** Format: uuid */
            webhook_id: string;
            name: string;
            address: string | null;
            document_types: ("event" | "case" | "trip" | "manifest" | "score")[];
            min_severity: number;
            per_minute: number;
            /** Format: date-time */
            created_at: string;
            enabled: boolean;
            failures: number;
            paused_until: string | null;
            waiting: number;
            secret?: string | null;
        };
        /** @description What is to be changed of a webhook; what is left out stays. */
        WebhookChange: {
            name?: string | null;
            url?: string | null;
            document_types?: ("event" | "case" | "trip" | "manifest" | "score")[] | null;
            min_severity?: number | null;
            per_minute?: number | null;
            enabled?: boolean | null;
            /**
             * @description Make a new secret; the old one ends at once.
             * @default false
             */
            new_secret?: boolean;
        };
        /** @description Somebody's webhooks. */
        WebhookList: {
            webhooks: components["schemas"]["WebhookAnswer"][];
        };
        /** @description Who is logged in. */
        Who: {
            user: components["schemas"]["User"];
        };
        /**
         * @description An application with all that is known of it.
         *
         *     Attributes:
         *         vehicles: Its trucks with their plates.
         *         changes: Of a change or extension: what would be otherwise than in the permit as it was when it was sent in.
         *         steps: The first one first.
         */
        WholeApplication: {
            /** Format: uuid */
            application_id: string;
            application_no: string;
            /** @enum {string} */
            kind: "new" | "change" | "extension";
            /** @enum {string} */
            status: "draft" | "submitted" | "returned" | "approved" | "rejected" | "withdrawn";
            version: number;
            company_id: string;
            company_name: string | null;
            permit_id: string | null;
            content: {
                /** @description Trucks; absent for every one of the company (车辆) */
                vehicle_ids?: string[];
                /** @description From which site; absent for anywhere (工地编号) */
                site_id?: string;
                /** @description To which dump points (消纳点) */
                dump_point_ids?: string[];
                /** @description By which corridors (线路) */
                corridor_ids?: string[];
                /**
                 * Format: date-time
                 * @description In force from (生效时间)
                 */
                valid_from?: string;
                /**
                 * Format: date-time
                 * @description In force up to (失效时间)
                 */
                valid_to?: string;
                /** @description Weekly hours (时段) */
                windows?: {
                    /** @description ISO; absent: all. */
                    days?: number[];
                    from: string;
                    to: string;
                }[];
                /** @description What is hauled (渣土种类) */
                spoil?: string;
                /** @description Quota of trips (核准趟次) */
                quota_trips?: number;
                /** @description Quota of mass (核准重量) [t] */
                quota_t?: number;
                /** @description Quota of volume (核准方量) [m3] */
                quota_m3?: number;
                /** @description Note to the officer (申请说明) */
                note?: string;
            };
            places: components["schemas"]["NamedPlace"][];
            submitted_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            waiting_days: number | null;
            last_step: components["schemas"]["LastStep"];
            remarks: components["schemas"]["Remark"][];
            allowed_steps: string[];
            vehicles: components["schemas"]["NamedTruck"][];
            changes: components["schemas"]["Difference"][];
            steps: components["schemas"]["ApplicationStep"][];
        };
        /**
         * @description A case with all that is known of it.
         *
         *     Attributes:
         *         allowed_steps: Steps that the asker could take now.
         *         acknowledge_by: Until when it is to be taken up.
         *         step_due_at: When the next step is due, null once it has ended.
         *         rework: How often it was sent back or reopened.
         *         contact: How to reach the one who reported it; only for those who work cases.
         *         candidates: Of a report: trucks that were there.
         */
        WholeCase: {
            /** Format: uuid */
            case_id: string;
            case_no: string;
            kind: string;
            severity: number;
            /** @enum {string} */
            status: "new" | "acknowledged" | "assigned" | "handled" | "verified" | "closed" | "false_positive";
            version: number;
            /** @enum {string} */
            source: "event" | "hotline" | "patrol" | "inbox";
            vehicle_id: string | null;
            plate: string | null;
            company_id: string | null;
            company_name: string | null;
            district_id: string | null;
            subject_kind: string;
            subject_id: string | null;
            position: components["schemas"]["Point"] | null;
            /** Format: date-time */
            start: string;
            end: string | null;
            /** Format: date-time */
            opened_at: string;
            /** Format: date-time */
            due_at: string;
            extended: boolean;
            overdue: boolean;
            assignee: string | null;
            assignee_name: string | null;
            events: string[];
            comment_required: boolean;
            paged: boolean;
            /** Format: date-time */
            updated_at: string;
            change_no: number;
            steps: components["schemas"]["CaseStep"][];
            allowed_steps: ("acknowledge" | "assign" | "extend" | "handle" | "verify" | "close" | "send_back" | "false_positive" | "comment" | "reopen" | "call_back" | "confirm_vehicle")[];
            /** Format: date-time */
            acknowledge_by: string;
            /** Format: date-time */
            first_due_at: string;
            step_due_at: string | null;
            acknowledged_at: string | null;
            assigned_at: string | null;
            handled_at: string | null;
            verified_at: string | null;
            ended_at: string | null;
            extensions: number;
            rework: number;
            satisfaction: number | null;
            false_reason: string | null;
            description: string | null;
            reported_plate: string | null;
            contact: string | null;
            reference: string | null;
            candidates: components["schemas"]["CaseCandidate"][];
        };
        /** @description Another content in the place of a draft's, or of one that was sent back. */
        Writing: {
            /** @description `version` of the application that was read. */
            expected_version: number;
            content: {
                /** @description Trucks; absent for every one of the company (车辆) */
                vehicle_ids?: string[] | null;
                /** @description From which site; absent for anywhere (工地编号) */
                site_id?: string | null;
                /** @description To which dump points (消纳点) */
                dump_point_ids?: string[] | null;
                /** @description By which corridors (线路) */
                corridor_ids?: string[] | null;
                /** @description In force from (生效时间) */
                valid_from?: string | null;
                /** @description In force up to (失效时间) */
                valid_to?: string | null;
                /** @description Weekly hours (时段) */
                windows?: {
                    /** @description ISO; absent: all. */
                    days?: number[];
                    from: string;
                    to: string;
                }[] | null;
                /** @description What is hauled (渣土种类) */
                spoil?: string | null;
                /** @description Quota of trips (核准趟次) */
                quota_trips?: number | null;
                /** @description Quota of mass (核准重量) [t] */
                quota_t?: number | null;
                /** @description Quota of volume (核准方量) [m3] */
                quota_m3?: number | null;
                /** @description Note to the officer (申请说明) */
                note?: string | null;
            };
        };
        RegisterFeatures: {
            /** @constant */
            type: "FeatureCollection";
            features: {
                /** @constant */
                type: "Feature";
                id: string;
                properties: {
                    [key: string]: unknown;
                };
                geometry: ({
                    /** @constant */
                    type: "Polygon";
                    coordinates: number[][][];
                } | {
                    /** @constant */
                    type: "MultiPolygon";
                    coordinates: number[][][][];
                }) | {
                    /** @constant */
                    type: "LineString";
                    coordinates: number[][];
                } | {
                    /** @constant */
                    type: "Point";
                    coordinates: number[];
                } | null;
            }[];
            /** @description Path of the page after this one; a file has none. */
            next?: string | null;
        };
        PrintedPermit: {
            permit: components["schemas"]["PermitsItem"];
            company: components["schemas"]["CompaniesItem"] | null;
            vehicles: components["schemas"]["VehicleRegisterItem"][];
            site: components["schemas"]["SitesItem"] | null;
            dump_points: components["schemas"]["DumpPointsItem"][];
            corridors: components["schemas"]["CorridorsItem"][];
            /** Format: date-time */
            printed_at: string;
        };
        CompaniesItem: {
            /** @description Id (企业编号) */
            company_id: string;
            /** @description Name (企业名称) */
            name: string;
            /** @description Unified social credit code (统一社会信用代码) */
            credit_code?: string;
            /** @description Licence number (运输核准证号) */
            licence_no?: string;
            /**
             * Format: date
             * @description Licence valid to (核准证有效期至)
             */
            licence_valid_to?: string;
            /** @description Contact person (联系人) */
            contact?: string;
            /** @description Telephone (联系电话) */
            phone?: string;
            /** @description Address (地址) */
            address?: string;
            /** @description District (网格编号) */
            district_id?: string;
            /** @description Remark (备注) */
            remark?: string;
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version: number;
        };
        CompaniesPage: {
            companies: components["schemas"]["CompaniesItem"][];
            /** @description Path of the page after this one. */
            next: string | null;
        };
        CompaniesSent: {
            /** @description Id (企业编号) */
            company_id: string;
            /** @description Name (企业名称) */
            name: string;
            /** @description Unified social credit code (统一社会信用代码) */
            credit_code?: string | null;
            /** @description Licence number (运输核准证号) */
            licence_no?: string | null;
            /** @description Licence valid to (核准证有效期至) */
            licence_valid_to?: string | null;
            /** @description Contact person (联系人) */
            contact?: string | null;
            /** @description Telephone (联系电话) */
            phone?: string | null;
            /** @description Address (地址) */
            address?: string | null;
            /** @description District (网格编号) */
            district_id?: string | null;
            /** @description Remark (备注) */
            remark?: string | null;
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version?: number;
        };
        CompaniesChange: {
            /** @description Id (企业编号) */
            company_id?: string;
            /** @description Name (企业名称) */
            name?: string;
            /** @description Unified social credit code (统一社会信用代码) */
            credit_code?: string | null;
            /** @description Licence number (运输核准证号) */
            licence_no?: string | null;
            /** @description Licence valid to (核准证有效期至) */
            licence_valid_to?: string | null;
            /** @description Contact person (联系人) */
            contact?: string | null;
            /** @description Telephone (联系电话) */
            phone?: string | null;
            /** @description Address (地址) */
            address?: string | null;
            /** @description District (网格编号) */
            district_id?: string | null;
            /** @description Remark (备注) */
            remark?: string | null;
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version?: number;
        };
        VehicleRegisterItem: {
            /** @description Id (车辆编号) */
            vehicle_id: string;
            /** @description Number plate (号牌号码) */
            plate?: string;
            /**
             * @description Plate colour (号牌颜色)
             * @enum {string}
             */
            plate_colour?: "yellow" | "green" | "blue" | "white";
            /** @description Company (企业编号) */
            company_id?: string;
            /** @description VIN (车辆识别代号) */
            vin?: string;
            /** @description Axles (轴数) */
            axles?: number;
            /** @description Rated load (核定载质量) [kg] */
            capacity_kg?: number;
            /** @description Mass when empty (整备质量) [kg] */
            tare_kg?: number;
            /** @description Volume of the body (车厢容积) [m3] */
            body_m3?: number;
            /** @description Radio tag (电子标签) */
            tag?: string;
            /**
             * @description Energy (能源)
             * @enum {string}
             */
            energy?: "diesel" | "gas" | "electric" | "hybrid" | "hydrogen";
            /**
             * Format: date
             * @description Registered on (注册日期)
             */
            registered_on?: string;
            /**
             * Format: date
             * @description Inspection valid to (检验有效期至)
             */
            inspected_to?: string;
            /** @description Photo (照片) */
            photo_id?: string;
            /** @description Times out of service (停运时段) */
            out_of_service?: {
                from?: string | null;
                to?: string | null;
            }[];
            /** @description Remark (备注) */
            remark?: string;
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version: number;
            /** @description Computed; nobody writes it. */
            terminal_ids: string[];
            /** @description Computed; nobody writes it. */
            merged_into: string | null;
        };
        VehicleRegisterPage: {
            vehicle_register: components["schemas"]["VehicleRegisterItem"][];
            /** @description Path of the page after this one. */
            next: string | null;
        };
        VehicleRegisterSent: {
            /** @description Id (车辆编号) */
            vehicle_id: string;
            /** @description Number plate (号牌号码) */
            plate?: string | null;
            /** @description Plate colour (号牌颜色) */
            plate_colour?: ("yellow" | "green" | "blue" | "white") | null;
            /** @description Company (企业编号) */
            company_id?: string | null;
            /** @description VIN (车辆识别代号) */
            vin?: string | null;
            /** @description Axles (轴数) */
            axles?: number | null;
            /** @description Rated load (核定载质量) [kg] */
            capacity_kg?: number | null;
            /** @description Mass when empty (整备质量) [kg] */
            tare_kg?: number | null;
            /** @description Volume of the body (车厢容积) [m3] */
            body_m3?: number | null;
            /** @description Radio tag (电子标签) */
            tag?: string | null;
            /** @description Energy (能源) */
            energy?: ("diesel" | "gas" | "electric" | "hybrid" | "hydrogen") | null;
            /** @description Registered on (注册日期) */
            registered_on?: string | null;
            /** @description Inspection valid to (检验有效期至) */
            inspected_to?: string | null;
            /** @description Photo (照片) */
            photo_id?: string | null;
            /** @description Times out of service (停运时段) */
            out_of_service?: {
                from?: string | null;
                to?: string | null;
            }[] | null;
            /** @description Remark (备注) */
            remark?: string | null;
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version?: number;
        };
        VehicleRegisterChange: {
            /** @description Id (车辆编号) */
            vehicle_id?: string;
            /** @description Number plate (号牌号码) */
            plate?: string | null;
            /** @description Plate colour (号牌颜色) */
            plate_colour?: ("yellow" | "green" | "blue" | "white") | null;
            /** @description Company (企业编号) */
            company_id?: string | null;
            /** @description VIN (车辆识别代号) */
            vin?: string | null;
            /** @description Axles (轴数) */
            axles?: number | null;
            /** @description Rated load (核定载质量) [kg] */
            capacity_kg?: number | null;
            /** @description Mass when empty (整备质量) [kg] */
            tare_kg?: number | null;
            /** @description Volume of the body (车厢容积) [m3] */
            body_m3?: number | null;
            /** @description Radio tag (电子标签) */
            tag?: string | null;
            /** @description Energy (能源) */
            energy?: ("diesel" | "gas" | "electric" | "hybrid" | "hydrogen") | null;
            /** @description Registered on (注册日期) */
            registered_on?: string | null;
            /** @description Inspection valid to (检验有效期至) */
            inspected_to?: string | null;
            /** @description Photo (照片) */
            photo_id?: string | null;
            /** @description Times out of service (停运时段) */
            out_of_service?: {
                from?: string | null;
                to?: string | null;
            }[] | null;
            /** @description Remark (备注) */
            remark?: string | null;
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version?: number;
        };
        DriversItem: {
            /** @description Id (驾驶员编号) */
            driver_id: string;
            /** @description Name (姓名) */
            name: string;
            /** @description Company (企业编号) */
            company_id?: string;
            /** @description Licence number (驾驶证号) */
            licence_no?: string;
            /**
             * @description Licence class (准驾车型)
             * @enum {string}
             */
            licence_class?: "A1" | "A2" | "A3" | "B1" | "B2";
            /**
             * Format: date
             * @description Licence valid to (驾驶证有效期至)
             */
            licence_valid_to?: string;
            /** @description Qualification number (从业资格证号) */
            qualification_no?: string;
            /** @description Telephone (联系电话) */
            phone?: string;
            /** @description Trucks and times (驾驶车辆) */
            assignments?: {
                vehicle_id: string;
                from?: string | null;
                to?: string | null;
            }[];
            /** @description Remark (备注) */
            remark?: string;
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version: number;
        };
        DriversPage: {
            drivers: components["schemas"]["DriversItem"][];
            /** @description Path of the page after this one. */
            next: string | null;
        };
        DriversSent: {
            /** @description Id (驾驶员编号) */
            driver_id: string;
            /** @description Name (姓名) */
            name: string;
            /** @description Company (企业编号) */
            company_id?: string | null;
            /** @description Licence number (驾驶证号) */
            licence_no?: string | null;
            /** @description Licence class (准驾车型) */
            licence_class?: ("A1" | "A2" | "A3" | "B1" | "B2") | null;
            /** @description Licence valid to (驾驶证有效期至) */
            licence_valid_to?: string | null;
            /** @description Qualification number (从业资格证号) */
            qualification_no?: string | null;
            /** @description Telephone (联系电话) */
            phone?: string | null;
            /** @description Trucks and times (驾驶车辆) */
            assignments?: {
                vehicle_id: string;
                from?: string | null;
                to?: string | null;
            }[] | null;
            /** @description Remark (备注) */
            remark?: string | null;
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version?: number;
        };
        DriversChange: {
            /** @description Id (驾驶员编号) */
            driver_id?: string;
            /** @description Name (姓名) */
            name?: string;
            /** @description Company (企业编号) */
            company_id?: string | null;
            /** @description Licence number (驾驶证号) */
            licence_no?: string | null;
            /** @description Licence class (准驾车型) */
            licence_class?: ("A1" | "A2" | "A3" | "B1" | "B2") | null;
            /** @description Licence valid to (驾驶证有效期至) */
            licence_valid_to?: string | null;
            /** @description Qualification number (从业资格证号) */
            qualification_no?: string | null;
            /** @description Telephone (联系电话) */
            phone?: string | null;
            /** @description Trucks and times (驾驶车辆) */
            assignments?: {
                vehicle_id: string;
                from?: string | null;
                to?: string | null;
            }[] | null;
            /** @description Remark (备注) */
            remark?: string | null;
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version?: number;
        };
        SitesItem: {
            /** @description Id (工地编号) */
            site_id: string;
            /** @description Name (名称) */
            name?: string;
            /** @description Builder (建设单位) */
            builder?: string;
            /** @description Contractor (施工单位) */
            contractor?: string;
            /** @description District (网格编号) */
            district_id?: string;
            /** @description Address (地址) */
            address?: string;
            /** @description Contact person (联系人) */
            contact?: string;
            /** @description Telephone (联系电话) */
            phone?: string;
            /** @description Declared volume (申报土方量) [m3] */
            declared_m3?: number;
            /**
             * Format: date
             * @description Starts on (开工日期)
             */
            starts_on?: string;
            /**
             * Format: date
             * @description Ends on (完工日期)
             */
            ends_on?: string;
            /** @description Working hours (作业时段) */
            work_windows?: {
                /** @description ISO; absent: all. */
                days?: number[];
                from: string;
                to: string;
            }[];
            /** @description Remark (备注) */
            remark?: string;
            /** @description GeoJSON geometry; positions are [longitude, latitude]. [deg] */
            geometry: {
                /** @constant */
                type: "Polygon";
                coordinates: number[][][];
            } | {
                /** @constant */
                type: "MultiPolygon";
                coordinates: number[][][][];
            };
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version: number;
        };
        SitesPage: {
            sites: components["schemas"]["SitesItem"][];
            /** @description Path of the page after this one. */
            next: string | null;
        };
        SitesSent: {
            /** @description Id (工地编号) */
            site_id: string;
            /** @description Name (名称) */
            name?: string | null;
            /** @description Builder (建设单位) */
            builder?: string | null;
            /** @description Contractor (施工单位) */
            contractor?: string | null;
            /** @description District (网格编号) */
            district_id?: string | null;
            /** @description Address (地址) */
            address?: string | null;
            /** @description Contact person (联系人) */
            contact?: string | null;
            /** @description Telephone (联系电话) */
            phone?: string | null;
            /** @description Declared volume (申报土方量) [m3] */
            declared_m3?: number | null;
            /** @description Starts on (开工日期) */
            starts_on?: string | null;
            /** @description Ends on (完工日期) */
            ends_on?: string | null;
            /** @description Working hours (作业时段) */
            work_windows?: {
                /** @description ISO; absent: all. */
                days?: number[];
                from: string;
                to: string;
            }[] | null;
            /** @description Remark (备注) */
            remark?: string | null;
            /** @description GeoJSON geometry; positions are [longitude, latitude]. [deg] */
            geometry: {
                /** @constant */
                type: "Polygon";
                coordinates: number[][][];
            } | {
                /** @constant */
                type: "MultiPolygon";
                coordinates: number[][][][];
            };
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version?: number;
        };
        SitesChange: {
            /** @description Id (工地编号) */
            site_id?: string;
            /** @description Name (名称) */
            name?: string | null;
            /** @description Builder (建设单位) */
            builder?: string | null;
            /** @description Contractor (施工单位) */
            contractor?: string | null;
            /** @description District (网格编号) */
            district_id?: string | null;
            /** @description Address (地址) */
            address?: string | null;
            /** @description Contact person (联系人) */
            contact?: string | null;
            /** @description Telephone (联系电话) */
            phone?: string | null;
            /** @description Declared volume (申报土方量) [m3] */
            declared_m3?: number | null;
            /** @description Starts on (开工日期) */
            starts_on?: string | null;
            /** @description Ends on (完工日期) */
            ends_on?: string | null;
            /** @description Working hours (作业时段) */
            work_windows?: {
                /** @description ISO; absent: all. */
                days?: number[];
                from: string;
                to: string;
            }[] | null;
            /** @description Remark (备注) */
            remark?: string | null;
            /** @description GeoJSON geometry; positions are [longitude, latitude]. [deg] */
            geometry?: {
                /** @constant */
                type: "Polygon";
                coordinates: number[][][];
            } | {
                /** @constant */
                type: "MultiPolygon";
                coordinates: number[][][][];
            };
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version?: number;
        };
        DumpPointsItem: {
            /** @description Id (消纳点编号) */
            dump_point_id: string;
            /** @description Name (名称) */
            name?: string;
            /**
             * @description Type (类型)
             * @enum {string}
             */
            type?: "dump" | "wharf" | "recycling";
            /** @description Operator (运营单位) */
            operator?: string;
            /** @description District (网格编号) */
            district_id?: string;
            /** @description Address (地址) */
            address?: string;
            /** @description Contact person (联系人) */
            contact?: string;
            /** @description Telephone (联系电话) */
            phone?: string;
            /** @description Capacity (可消纳量) [m3] */
            capacity_m3?: number;
            /** @description Weekly hours (时段) */
            windows?: {
                /** @description ISO; absent: all. */
                days?: number[];
                from: string;
                to: string;
            }[];
            /**
             * Format: date-time
             * @description In force from (生效时间)
             */
            valid_from?: string;
            /**
             * Format: date-time
             * @description In force up to (失效时间)
             */
            valid_to?: string;
            /** @description Remark (备注) */
            remark?: string;
            /** @description GeoJSON geometry; positions are [longitude, latitude]. [deg] */
            geometry: {
                /** @constant */
                type: "Polygon";
                coordinates: number[][][];
            } | {
                /** @constant */
                type: "MultiPolygon";
                coordinates: number[][][][];
            };
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version: number;
        };
        DumpPointsPage: {
            dump_points: components["schemas"]["DumpPointsItem"][];
            /** @description Path of the page after this one. */
            next: string | null;
        };
        DumpPointsSent: {
            /** @description Id (消纳点编号) */
            dump_point_id: string;
            /** @description Name (名称) */
            name?: string | null;
            /** @description Type (类型) */
            type?: ("dump" | "wharf" | "recycling") | null;
            /** @description Operator (运营单位) */
            operator?: string | null;
            /** @description District (网格编号) */
            district_id?: string | null;
            /** @description Address (地址) */
            address?: string | null;
            /** @description Contact person (联系人) */
            contact?: string | null;
            /** @description Telephone (联系电话) */
            phone?: string | null;
            /** @description Capacity (可消纳量) [m3] */
            capacity_m3?: number | null;
            /** @description Weekly hours (时段) */
            windows?: {
                /** @description ISO; absent: all. */
                days?: number[];
                from: string;
                to: string;
            }[] | null;
            /** @description In force from (生效时间) */
            valid_from?: string | null;
            /** @description In force up to (失效时间) */
            valid_to?: string | null;
            /** @description Remark (备注) */
            remark?: string | null;
            /** @description GeoJSON geometry; positions are [longitude, latitude]. [deg] */
            geometry: {
                /** @constant */
                type: "Polygon";
                coordinates: number[][][];
            } | {
                /** @constant */
                type: "MultiPolygon";
                coordinates: number[][][][];
            };
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version?: number;
        };
        DumpPointsChange: {
            /** @description Id (消纳点编号) */
            dump_point_id?: string;
            /** @description Name (名称) */
            name?: string | null;
            /** @description Type (类型) */
            type?: ("dump" | "wharf" | "recycling") | null;
            /** @description Operator (运营单位) */
            operator?: string | null;
            /** @description District (网格编号) */
            district_id?: string | null;
            /** @description Address (地址) */
            address?: string | null;
            /** @description Contact person (联系人) */
            contact?: string | null;
            /** @description Telephone (联系电话) */
            phone?: string | null;
            /** @description Capacity (可消纳量) [m3] */
            capacity_m3?: number | null;
            /** @description Weekly hours (时段) */
            windows?: {
                /** @description ISO; absent: all. */
                days?: number[];
                from: string;
                to: string;
            }[] | null;
            /** @description In force from (生效时间) */
            valid_from?: string | null;
            /** @description In force up to (失效时间) */
            valid_to?: string | null;
            /** @description Remark (备注) */
            remark?: string | null;
            /** @description GeoJSON geometry; positions are [longitude, latitude]. [deg] */
            geometry?: {
                /** @constant */
                type: "Polygon";
                coordinates: number[][][];
            } | {
                /** @constant */
                type: "MultiPolygon";
                coordinates: number[][][][];
            };
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version?: number;
        };
        WashersItem: {
            /** @description Id (终端编号) */
            terminal_id: string;
            /** @description Name (名称) */
            name?: string;
            /** @description Site (工地编号) */
            site_id?: string;
            /** @description Longitude, WGS 84 (经度) [deg] */
            lon_deg?: number;
            /** @description Latitude, WGS 84 (纬度) [deg] */
            lat_deg?: number;
            /** @description Remark (备注) */
            remark?: string;
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version: number;
            /** @description Computed; nobody writes it. */
            kind: string;
            /** @description Computed; nobody writes it. */
            region: string;
            /** @description Computed; nobody writes it. */
            status: string;
            /** @description Computed; nobody writes it. */
            dump_point_id?: string | null;
            /** @description Computed; nobody writes it. */
            assignments: {
                vehicle_id: string;
                from?: string | null;
                to?: string | null;
            }[];
        };
        WashersPage: {
            washers: components["schemas"]["WashersItem"][];
            /** @description Path of the page after this one. */
            next: string | null;
        };
        WashersSent: {
            /** @description Id (终端编号) */
            terminal_id: string;
            /** @description Name (名称) */
            name?: string | null;
            /** @description Site (工地编号) */
            site_id?: string | null;
            /** @description Longitude, WGS 84 (经度) [deg] */
            lon_deg?: number | null;
            /** @description Latitude, WGS 84 (纬度) [deg] */
            lat_deg?: number | null;
            /** @description Remark (备注) */
            remark?: string | null;
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version?: number;
        };
        WashersChange: {
            /** @description Id (终端编号) */
            terminal_id?: string;
            /** @description Name (名称) */
            name?: string | null;
            /** @description Site (工地编号) */
            site_id?: string | null;
            /** @description Longitude, WGS 84 (经度) [deg] */
            lon_deg?: number | null;
            /** @description Latitude, WGS 84 (纬度) [deg] */
            lat_deg?: number | null;
            /** @description Remark (备注) */
            remark?: string | null;
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version?: number;
        };
        GatesItem: {
            /** @description Id (终端编号) */
            terminal_id: string;
            /** @description Name (名称) */
            name?: string;
            /** @description Dump point (消纳点编号) */
            dump_point_id?: string;
            /** @description Site (工地编号) */
            site_id?: string;
            /** @description Longitude, WGS 84 (经度) [deg] */
            lon_deg?: number;
            /** @description Latitude, WGS 84 (纬度) [deg] */
            lat_deg?: number;
            /** @description Remark (备注) */
            remark?: string;
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version: number;
            /** @description Computed; nobody writes it. */
            kind: string;
            /** @description Computed; nobody writes it. */
            region: string;
            /** @description Computed; nobody writes it. */
            status: string;
            /** @description Computed; nobody writes it. */
            assignments: {
                vehicle_id: string;
                from?: string | null;
                to?: string | null;
            }[];
        };
        GatesPage: {
            gates: components["schemas"]["GatesItem"][];
            /** @description Path of the page after this one. */
            next: string | null;
        };
        GatesSent: {
            /** @description Id (终端编号) */
            terminal_id: string;
            /** @description Name (名称) */
            name?: string | null;
            /** @description Dump point (消纳点编号) */
            dump_point_id?: string | null;
            /** @description Site (工地编号) */
            site_id?: string | null;
            /** @description Longitude, WGS 84 (经度) [deg] */
            lon_deg?: number | null;
            /** @description Latitude, WGS 84 (纬度) [deg] */
            lat_deg?: number | null;
            /** @description Remark (备注) */
            remark?: string | null;
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version?: number;
        };
        GatesChange: {
            /** @description Id (终端编号) */
            terminal_id?: string;
            /** @description Name (名称) */
            name?: string | null;
            /** @description Dump point (消纳点编号) */
            dump_point_id?: string | null;
            /** @description Site (工地编号) */
            site_id?: string | null;
            /** @description Longitude, WGS 84 (经度) [deg] */
            lon_deg?: number | null;
            /** @description Latitude, WGS 84 (纬度) [deg] */
            lat_deg?: number | null;
            /** @description Remark (备注) */
            remark?: string | null;
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version?: number;
        };
        TerminalsItem: {
            /** @description Id (终端编号) */
            terminal_id: string;
            /**
             * @description Kind (类别)
             * @enum {string}
             */
            kind: "truck" | "washer" | "gate";
            /**
             * @description Status (状态)
             * @enum {string}
             */
            status: "active" | "provisioned" | "suspended" | "revoked";
            /** @description Administrative code (行政区划代码) */
            region?: string;
            /** @description Site (工地编号) */
            site_id?: string;
            /** @description Dump point (消纳点编号) */
            dump_point_id?: string;
            /** @description Protocol (协议) */
            protocol?: string;
            /** @description Vendor (厂商) */
            vendor?: string;
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version: number;
            /** @description Computed; nobody writes it. */
            assignments: {
                vehicle_id: string;
                from?: string | null;
                to?: string | null;
            }[];
        };
        TerminalsPage: {
            terminals: components["schemas"]["TerminalsItem"][];
            /** @description Path of the page after this one. */
            next: string | null;
        };
        CorridorsItem: {
            /** @description Id (线路编号) */
            corridor_id: string;
            /** @description Name (名称) */
            name?: string;
            /** @description Half width (半宽) [m] */
            half_width_m?: number;
            /**
             * Format: date-time
             * @description In force from (生效时间)
             */
            valid_from?: string;
            /**
             * Format: date-time
             * @description In force up to (失效时间)
             */
            valid_to?: string;
            /** @description Remark (备注) */
            remark?: string;
            /** @description GeoJSON geometry; positions are [longitude, latitude]. [deg] */
            geometry: {
                /** @constant */
                type: "LineString";
                coordinates: number[][];
            };
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version: number;
        };
        CorridorsPage: {
            corridors: components["schemas"]["CorridorsItem"][];
            /** @description Path of the page after this one. */
            next: string | null;
        };
        CorridorsSent: {
            /** @description Id (线路编号) */
            corridor_id: string;
            /** @description Name (名称) */
            name?: string | null;
            /** @description Half width (半宽) [m] */
            half_width_m?: number | null;
            /** @description In force from (生效时间) */
            valid_from?: string | null;
            /** @description In force up to (失效时间) */
            valid_to?: string | null;
            /** @description Remark (备注) */
            remark?: string | null;
            /** @description GeoJSON geometry; positions are [longitude, latitude]. [deg] */
            geometry: {
                /** @constant */
                type: "LineString";
                coordinates: number[][];
            };
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version?: number;
        };
        CorridorsChange: {
            /** @description Id (线路编号) */
            corridor_id?: string;
            /** @description Name (名称) */
            name?: string | null;
            /** @description Half width (半宽) [m] */
            half_width_m?: number | null;
            /** @description In force from (生效时间) */
            valid_from?: string | null;
            /** @description In force up to (失效时间) */
            valid_to?: string | null;
            /** @description Remark (备注) */
            remark?: string | null;
            /** @description GeoJSON geometry; positions are [longitude, latitude]. [deg] */
            geometry?: {
                /** @constant */
                type: "LineString";
                coordinates: number[][];
            };
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version?: number;
        };
        ZonesItem: {
            /** @description Id (区域编号) */
            zone_id: string;
            /** @description Name (名称) */
            name?: string;
            /**
             * @description Rule (规则)
             * @enum {string}
             */
            rule?: "forbidden" | "control" | "speed" | "parking";
            /** @description Order that it rests on (文号) */
            order?: string;
            /** @description Speed limit (限速) [km/h] */
            limit_kmh?: number;
            /** @description Patience (容忍时间) [s] */
            hold_s?: number;
            /** @description Margin (边界容差) [m] */
            margin_m?: number;
            /**
             * Format: date-time
             * @description In force from (生效时间)
             */
            valid_from?: string;
            /**
             * Format: date-time
             * @description In force up to (失效时间)
             */
            valid_to?: string;
            /** @description Weekly hours (时段) */
            windows?: {
                /** @description ISO; absent: all. */
                days?: number[];
                from: string;
                to: string;
            }[];
            /** @description Remark (备注) */
            remark?: string;
            /** @description GeoJSON geometry; positions are [longitude, latitude]. [deg] */
            geometry: {
                /** @constant */
                type: "Polygon";
                coordinates: number[][][];
            } | {
                /** @constant */
                type: "MultiPolygon";
                coordinates: number[][][][];
            };
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version: number;
        };
        ZonesPage: {
            zones: components["schemas"]["ZonesItem"][];
            /** @description Path of the page after this one. */
            next: string | null;
        };
        ZonesSent: {
            /** @description Id (区域编号) */
            zone_id: string;
            /** @description Name (名称) */
            name?: string | null;
            /** @description Rule (规则) */
            rule?: ("forbidden" | "control" | "speed" | "parking") | null;
            /** @description Order that it rests on (文号) */
            order?: string | null;
            /** @description Speed limit (限速) [km/h] */
            limit_kmh?: number | null;
            /** @description Patience (容忍时间) [s] */
            hold_s?: number | null;
            /** @description Margin (边界容差) [m] */
            margin_m?: number | null;
            /** @description In force from (生效时间) */
            valid_from?: string | null;
            /** @description In force up to (失效时间) */
            valid_to?: string | null;
            /** @description Weekly hours (时段) */
            windows?: {
                /** @description ISO; absent: all. */
                days?: number[];
                from: string;
                to: string;
            }[] | null;
            /** @description Remark (备注) */
            remark?: string | null;
            /** @description GeoJSON geometry; positions are [longitude, latitude]. [deg] */
            geometry: {
                /** @constant */
                type: "Polygon";
                coordinates: number[][][];
            } | {
                /** @constant */
                type: "MultiPolygon";
                coordinates: number[][][][];
            };
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version?: number;
        };
        ZonesChange: {
            /** @description Id (区域编号) */
            zone_id?: string;
            /** @description Name (名称) */
            name?: string | null;
            /** @description Rule (规则) */
            rule?: ("forbidden" | "control" | "speed" | "parking") | null;
            /** @description Order that it rests on (文号) */
            order?: string | null;
            /** @description Speed limit (限速) [km/h] */
            limit_kmh?: number | null;
            /** @description Patience (容忍时间) [s] */
            hold_s?: number | null;
            /** @description Margin (边界容差) [m] */
            margin_m?: number | null;
            /** @description In force from (生效时间) */
            valid_from?: string | null;
            /** @description In force up to (失效时间) */
            valid_to?: string | null;
            /** @description Weekly hours (时段) */
            windows?: {
                /** @description ISO; absent: all. */
                days?: number[];
                from: string;
                to: string;
            }[] | null;
            /** @description Remark (备注) */
            remark?: string | null;
            /** @description GeoJSON geometry; positions are [longitude, latitude]. [deg] */
            geometry?: {
                /** @constant */
                type: "Polygon";
                coordinates: number[][][];
            } | {
                /** @constant */
                type: "MultiPolygon";
                coordinates: number[][][][];
            };
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version?: number;
        };
        DistrictsItem: {
            /** @description Id (网格编号) */
            district_id: string;
            /** @description Name (名称) */
            name?: string;
            /** @description Contact person (联系人) */
            contact?: string;
            /** @description Telephone (联系电话) */
            phone?: string;
            /** @description Remark (备注) */
            remark?: string;
            /** @description GeoJSON geometry; positions are [longitude, latitude]. [deg] */
            geometry: {
                /** @constant */
                type: "Polygon";
                coordinates: number[][][];
            } | {
                /** @constant */
                type: "MultiPolygon";
                coordinates: number[][][][];
            };
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version: number;
        };
        DistrictsPage: {
            districts: components["schemas"]["DistrictsItem"][];
            /** @description Path of the page after this one. */
            next: string | null;
        };
        DistrictsSent: {
            /** @description Id (网格编号) */
            district_id: string;
            /** @description Name (名称) */
            name?: string | null;
            /** @description Contact person (联系人) */
            contact?: string | null;
            /** @description Telephone (联系电话) */
            phone?: string | null;
            /** @description Remark (备注) */
            remark?: string | null;
            /** @description GeoJSON geometry; positions are [longitude, latitude]. [deg] */
            geometry: {
                /** @constant */
                type: "Polygon";
                coordinates: number[][][];
            } | {
                /** @constant */
                type: "MultiPolygon";
                coordinates: number[][][][];
            };
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version?: number;
        };
        DistrictsChange: {
            /** @description Id (网格编号) */
            district_id?: string;
            /** @description Name (名称) */
            name?: string | null;
            /** @description Contact person (联系人) */
            contact?: string | null;
            /** @description Telephone (联系电话) */
            phone?: string | null;
            /** @description Remark (备注) */
            remark?: string | null;
            /** @description GeoJSON geometry; positions are [longitude, latitude]. [deg] */
            geometry?: {
                /** @constant */
                type: "Polygon";
                coordinates: number[][][];
            } | {
                /** @constant */
                type: "MultiPolygon";
                coordinates: number[][][][];
            };
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version?: number;
        };
        PermitsItem: {
            /** @description Id (准运证号) */
            permit_id: string;
            /** @description Company (企业编号) */
            company_id?: string;
            /** @description Trucks; absent for every one of the company (车辆) */
            vehicle_ids?: string[];
            /** @description From which site; absent for anywhere (工地编号) */
            site_id?: string;
            /** @description To which dump points (消纳点) */
            dump_point_ids?: string[];
            /** @description By which corridors (线路) */
            corridor_ids?: string[];
            /**
             * Format: date-time
             * @description In force from (生效时间)
             */
            valid_from?: string;
            /**
             * Format: date-time
             * @description In force up to (失效时间)
             */
            valid_to?: string;
            /** @description Weekly hours (时段) */
            windows?: {
                /** @description ISO; absent: all. */
                days?: number[];
                from: string;
                to: string;
            }[];
            /**
             * @description What binds a trip (绑定方式)
             * @enum {string}
             */
            binding?: "load" | "period";
            /** @description Load allowed (限载) [kg] */
            max_load_kg?: number;
            /** @description Parameter of a rule: its value. */
            limits?: {
                [key: string]: number;
            };
            /** @description What is hauled (渣土种类) */
            spoil?: string;
            /** @description Density of it (容重) [kg/m3] */
            density_kg_m3?: number;
            /** @description Quota of trips (核准趟次) */
            quota_trips?: number;
            /** @description Quota of mass (核准重量) [t] */
            quota_t?: number;
            /** @description Quota of volume (核准方量) [m3] */
            quota_m3?: number;
            /** @description Issued by (发证机关) */
            issuer?: string;
            /** @description Conditions (许可条件) */
            conditions?: string;
            /**
             * @description Status; changed by its steps only (状态)
             * @enum {string}
             */
            status: "applied" | "rejected" | "approved" | "suspended" | "cancelled";
            /** @description Remark (备注) */
            remark?: string;
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version: number;
            /** @description Computed; nobody writes it. */
            in_force: boolean;
            /** @description Computed; nobody writes it. */
            quota: {
                /** @enum {string} */
                unit: "trips" | "t" | "m3";
                amount: number;
                used: number;
                left: number;
                /** @description Counted as full trucks. */
                unmeasured_trips: number;
                warning: ("used_up" | "nearly_used_up") | null;
            }[];
            /** @description Of one permit, not in lists; the first one first. */
            steps?: {
                step_no: number;
                /** Format: date-time */
                at: string;
                by_name: string;
                /** @enum {string} */
                step: "apply" | "approve" | "reject" | "suspend" | "resume" | "cancel" | "change" | "extend";
                from_status: ("applied" | "rejected" | "approved" | "suspended" | "cancelled") | null;
                /** @enum {string} */
                to_status: "applied" | "rejected" | "approved" | "suspended" | "cancelled";
                comment: string | null;
            }[];
            /** @description Computed; nobody writes it. */
            allowed_steps: ("apply" | "approve" | "reject" | "suspend" | "resume" | "cancel")[];
            /** @description Of one permit, not in lists: of it and its changes. */
            applications?: {
                /** Format: uuid */
                application_id: string;
                application_no: string;
                /** @enum {string} */
                kind: "new" | "change" | "extension";
                /** @enum {string} */
                status: "draft" | "submitted" | "returned" | "approved" | "rejected" | "withdrawn";
            }[];
        };
        PermitsPage: {
            permits: components["schemas"]["PermitsItem"][];
            /** @description Path of the page after this one. */
            next: string | null;
        };
        PermitsSent: {
            /** @description Id (准运证号) */
            permit_id: string;
            /** @description Company (企业编号) */
            company_id?: string | null;
            /** @description Trucks; absent for every one of the company (车辆) */
            vehicle_ids?: string[] | null;
            /** @description From which site; absent for anywhere (工地编号) */
            site_id?: string | null;
            /** @description To which dump points (消纳点) */
            dump_point_ids?: string[] | null;
            /** @description By which corridors (线路) */
            corridor_ids?: string[] | null;
            /** @description In force from (生效时间) */
            valid_from?: string | null;
            /** @description In force up to (失效时间) */
            valid_to?: string | null;
            /** @description Weekly hours (时段) */
            windows?: {
                /** @description ISO; absent: all. */
                days?: number[];
                from: string;
                to: string;
            }[] | null;
            /** @description What binds a trip (绑定方式) */
            binding?: ("load" | "period") | null;
            /** @description Load allowed (限载) [kg] */
            max_load_kg?: number | null;
            /** @description Limits for its trips (规则限值) */
            limits?: {
                [key: string]: number;
            } | null;
            /** @description What is hauled (渣土种类) */
            spoil?: string | null;
            /** @description Density of it (容重) [kg/m3] */
            density_kg_m3?: number | null;
            /** @description Quota of trips (核准趟次) */
            quota_trips?: number | null;
            /** @description Quota of mass (核准重量) [t] */
            quota_t?: number | null;
            /** @description Quota of volume (核准方量) [m3] */
            quota_m3?: number | null;
            /** @description Issued by (发证机关) */
            issuer?: string | null;
            /** @description Conditions (许可条件) */
            conditions?: string | null;
            /** @description Status; changed by its steps only (状态) */
            status?: ("applied" | "rejected" | "approved" | "suspended" | "cancelled") | null;
            /** @description Remark (备注) */
            remark?: string | null;
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version?: number;
        };
        PermitsChange: {
            /** @description Id (准运证号) */
            permit_id?: string;
            /** @description Company (企业编号) */
            company_id?: string | null;
            /** @description Trucks; absent for every one of the company (车辆) */
            vehicle_ids?: string[] | null;
            /** @description From which site; absent for anywhere (工地编号) */
            site_id?: string | null;
            /** @description To which dump points (消纳点) */
            dump_point_ids?: string[] | null;
            /** @description By which corridors (线路) */
            corridor_ids?: string[] | null;
            /** @description In force from (生效时间) */
            valid_from?: string | null;
            /** @description In force up to (失效时间) */
            valid_to?: string | null;
            /** @description Weekly hours (时段) */
            windows?: {
                /** @description ISO; absent: all. */
                days?: number[];
                from: string;
                to: string;
            }[] | null;
            /** @description What binds a trip (绑定方式) */
            binding?: ("load" | "period") | null;
            /** @description Load allowed (限载) [kg] */
            max_load_kg?: number | null;
            /** @description Limits for its trips (规则限值) */
            limits?: {
                [key: string]: number;
            } | null;
            /** @description What is hauled (渣土种类) */
            spoil?: string | null;
            /** @description Density of it (容重) [kg/m3] */
            density_kg_m3?: number | null;
            /** @description Quota of trips (核准趟次) */
            quota_trips?: number | null;
            /** @description Quota of mass (核准重量) [t] */
            quota_t?: number | null;
            /** @description Quota of volume (核准方量) [m3] */
            quota_m3?: number | null;
            /** @description Issued by (发证机关) */
            issuer?: string | null;
            /** @description Conditions (许可条件) */
            conditions?: string | null;
            /** @description Status; changed by its steps only (状态) */
            status?: ("applied" | "rejected" | "approved" | "suspended" | "cancelled") | null;
            /** @description Remark (备注) */
            remark?: string | null;
            /** @description Number of its last change. Sent back, the change is refused when somebody changed it meanwhile. */
            version?: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
