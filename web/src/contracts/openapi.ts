// Made by ./dev gen from openapi.json; changes here are lost.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AcceptInviteRequest: {
            displayName?: null | string;
        };
        AccessTokenId: string;
        /**
         * @description Who holds a token: a program of the person's, or a browser that is logged in.
         * @enum {unknown}
         */
        AccessTokenKind: "program" | "browser" | "agent";
        /** @enum {unknown} */
        ActivityState: "unknown" | "idle" | "active" | "asking";
        /** @description Comments on lines of an agent's work. */
        AddCommentBody: {
            /**
             * Format: int32
             * @description The last line, where there are several.
             */
            lastLine?: null | number;
            /**
             * Format: int32
             * @description The line, from 1.
             */
            line: number;
            /** @description The file. */
            path: string;
            side?: null | components["schemas"]["CommentSide"];
            /** @description What is said. */
            text: string;
            /** @description The turn in whose diff the lines were read; all work when absent. */
            turnId?: null | string;
        };
        /** @description Asks for a repository: a directory on a host, or a URL to clone. */
        AddRepositoryRequest: {
            /** @description Its host; the server's own machine when absent. */
            hostId?: null | string;
            /** @description Instead of the folder's, or the one in the URL. */
            name?: null | string;
            /** @description Instead of the one in the URL. */
            owner?: null | string;
            /** @description Absolute path of a working copy. */
            path?: null | string;
            /** @description git, with a URL. */
            provider?: null | string;
            /** @description Any URL git understands, without credentials. */
            url?: null | string;
        };
        /** @description Adds a line of work. */
        AddWorkSessionRequest: {
            /** @description zed_agent, helix_agent or simple. */
            agentType: string;
            /** @description A conversation that the program knows and this goes on with; a new one when absent. */
            conversationId?: null | string;
            /** @description Which model provider helix_agent and simple ask; the default when absent. */
            modelProviderId?: null | string;
            /** @description For people. */
            name: string;
        };
        AddWorktreeBody: {
            baseBranch?: null | string;
            branch: string;
        };
        /**
         * @description What an agent is about, in one word for lists; derived, never stored.
         * @enum {unknown}
         */
        AgentActivity: "preparing" | "working" | "needs-you" | "reconnecting" | "to-review" | "landed" | "failed" | "idle" | "done";
        AgentChangedNews: {
            /** @description An agent as people see it in lists. */
            agent: {
                /**
                 * @description What an agent is about, in one word for lists; derived, never stored.
                 * @enum {unknown}
                 */
                activity: "preparing" | "working" | "needs-you" | "reconnecting" | "to-review" | "landed" | "failed" | "idle" | "done";
                agentProgramId: string;
                /** Format: date-time */
                archivedAt?: null | string;
                baseBranch?: null | string;
                /**
                 * Format: int32
                 * @description Files that could not be merged into its base branch when its last turn had ended; null when nobody knows.
                 */
                baseConflicts?: null | number;
                branch?: null | string;
                /** @description An agent's budget as people see it. */
                budget?: {
                    /** Format: double */
                    cost?: null | number;
                    isStopped: boolean;
                    /** Format: int32 */
                    minutes?: null | number;
                    /** @enum {unknown} */
                    reached?: "tokens" | "minutes" | "cost" | null;
                    /** Format: date-time */
                    reachedAt?: null | string;
                    /** Format: int64 */
                    tokens?: null | number;
                };
                /** Format: date-time */
                completedAt?: null | string;
                /** Format: date-time */
                createdAt: string;
                /**
                 * @description What an agent is doing now, in a word; derived, never stored.
                 * @enum {unknown}
                 */
                doing?: "working" | "waiting" | "to-review" | "failed" | "idle";
                hostId?: null | string;
                id: string;
                /**
                 * Format: date-time
                 * @description When its work got into another branch last; null when it has not.
                 */
                landedAt?: null | string;
                /** Format: int32 */
                openRequests: number;
                problem?: null | string;
                /** Format: int32 */
                queuedTurns: number;
                repositoryId?: null | string;
                repositoryName?: null | string;
                repositoryOwner?: null | string;
                /** @enum {unknown} */
                role?: "viewer" | "editor" | "owner" | null;
                sessionId?: null | string;
                /**
                 * @description Transitions are in docs/states.md.
                 * @enum {unknown}
                 */
                status: "preparing" | "active" | "completed" | "failed" | "cancelled";
                taskRequest: string;
                title?: null | string;
                userId: string;
                /** @enum {unknown} */
                waitsFor?: "permission" | "question" | "budget" | "failed" | "finished" | null;
            };
        };
        /** @description A program. Its command is one line for a shell, to which the arguments that go on with the last conversation can be added. */
        AgentConsoleAgent: {
            askingPatterns: string[];
            command: string;
            continueArguments: string[];
            id: string;
            isBuiltIn: boolean;
            name: string;
            original: components["schemas"]["JsonElement"];
        };
        /** @description A repository; `Original` is its record as it was. */
        AgentConsoleRepository: {
            id: string;
            name: string;
            original: components["schemas"]["JsonElement"];
            path: string;
            /** Format: date-time */
            registeredAt?: null | string;
        };
        /** @description What an agent-console folder held, read by whoever can see the folder. */
        AgentConsoleRequest: {
            /** @description From agents.json. */
            agents: components["schemas"]["AgentConsoleAgent"][];
            /** @description From repositories.json. */
            repositories: components["schemas"]["AgentConsoleRepository"][];
            /** @description From sessions.json. */
            sessions: components["schemas"]["AgentConsoleSession"][];
        };
        /** @description A session, of type worktree or quick. `WorktreeId` is a branch, or (from the old format) the worktree's path; null for quick sessions. */
        AgentConsoleSession: {
            /** Format: date-time */
            createdAt: string;
            id: string;
            locationPath: string;
            original: components["schemas"]["JsonElement"];
            repositoryId?: null | string;
            title?: null | string;
            type: string;
            workers: components["schemas"]["AgentConsoleWorker"][];
            worktreeId?: null | string;
        };
        /** @description A worker, of type agent or terminal. `AgentId` is an agent's program; null when the record does not say. */
        AgentConsoleWorker: {
            agentId?: null | string;
            /** Format: date-time */
            createdAt: string;
            id: string;
            name: string;
            type: string;
        };
        /** @description What an agent's lines of work share. */
        AgentContext: {
            /** @description Which began there. */
            baseBranch?: null | string;
            /** @description On which branch. */
            branch?: null | string;
            /** @description What they have written down for each other. */
            notes: string;
            /** @description What is to be done. */
            taskRequest: string;
            /** @description All of them. */
            workSessions: components["schemas"]["WorkSessionSummary"][];
            /** @description Where it works; null until that is there. */
            worktreePath?: null | string;
        };
        AgentContextReply: {
            context: components["schemas"]["AgentContext"];
        };
        /**
         * @description What an agent is doing now, in a word; derived, never stored.
         * @enum {unknown}
         */
        AgentDoing: "working" | "waiting" | "to-review" | "failed" | "idle";
        AgentId: string;
        /** @description One side's words of a turn. */
        AgentMessage: {
            /**
             * Format: date-time
             * @description When they were said, or last added to.
             */
            at: string;
            /** @description user or assistant. */
            role: string;
            /** @description How far the turn is. */
            state: components["schemas"]["TurnState"];
            /** @description The words. */
            text: string;
            /** @description The turn. */
            turnId: components["schemas"]["TurnId"];
            /** @description Where. */
            workSessionId: components["schemas"]["WorkSessionId"];
        };
        AgentNotesReply: {
            notes: string;
        };
        /** @description Writes the notes anew. */
        AgentNotesRequest: {
            /** @description What they were when they were read; they are only replaced if they still are. Absent: whatever they are. */
            before?: null | string;
            /** @description All of them. */
            notes: string;
        };
        AgentProgramId: string;
        AgentProgramRemovedNews: {
            agentProgramId: string;
        };
        AgentProgramReply: {
            agentProgram: components["schemas"]["AgentProgramView"];
        };
        /** @description Asks for a program, or changes one; what is absent stays. */
        AgentProgramRequest: {
            /** @description How it is started to speak its protocol; empty for not at all. */
            acpCommand?: null | string;
            /** @description Regular expressions that say it is asking. */
            askingPatterns?: null | string[];
            /** @description How it is started; {{PROMPT}} is where the first prompt goes. */
            commandTemplate?: null | string;
            /** @description How it goes on with its last conversation; empty for not at all. */
            continueTemplate?: null | string;
            /** @description Name of its mark. */
            icon?: null | string;
            /** @description For people. */
            name?: null | string;
            protocol?: null | components["schemas"]["AgentProtocol"];
            sandbox?: null | components["schemas"]["SandboxKind"];
            /** @description The agent within Zed that does the work; empty for Zed's own. */
            zedAgent?: null | string;
        };
        AgentProgramsReply: {
            agentPrograms: components["schemas"]["AgentProgramView"][];
        };
        /** @description A program as people see it. */
        AgentProgramView: {
            acpCommand?: null | string;
            askingPatterns: string[];
            commandTemplate?: null | string;
            continueTemplate?: null | string;
            icon?: null | string;
            id: components["schemas"]["AgentProgramId"];
            install?: null | components["schemas"]["ProgramInstallView"];
            /** @description The version that was installed here; absent when none was. */
            installedVersion?: null | string;
            isAcpInstalled?: null | boolean;
            isBuiltIn: boolean;
            isForTerminals: boolean;
            isInstalled?: null | boolean;
            /** @description How somebody logs in to it, for people. */
            loginHint?: null | string;
            name: string;
            /** @description What is odd about it, for people. */
            note?: null | string;
            package?: null | components["schemas"]["ProgramPackageView"];
            /** @description Where it is found; absent where it is not. */
            path?: null | string;
            /** @description What it speaks with its acpCommand. */
            protocol?: components["schemas"]["AgentProtocol"];
            sandbox: components["schemas"]["SandboxKind"];
            servedBy: components["schemas"]["ServedBy"];
            /** @description The agent within Zed; null for Zed's own, and where it does not speak Zed's protocol. */
            zedAgent?: null | string;
        };
        /**
         * @description What an agent program speaks.
         * @enum {unknown}
         */
        AgentProtocol: "acp" | "zed";
        AgentRemovedNews: {
            agentId: string;
        };
        /** @description An agent with what is going on. */
        AgentReply: {
            agent: components["schemas"]["AgentView"];
            instance?: null | components["schemas"]["InstanceView"];
            requests: components["schemas"]["RequestView"][];
            spending: components["schemas"]["SpendingView"];
            turns: components["schemas"]["TurnView"][];
            workSessions: components["schemas"]["WorkSessionView"][];
        };
        /** @description Agents, the newest first. */
        AgentsReply: {
            /** @description Them. */
            agents: components["schemas"]["AgentView"][];
            /** @description The cursor with which more may be had; null when there are none. */
            next?: null | string;
        };
        /**
         * @description Transitions are in docs/states.md.
         * @enum {unknown}
         */
        AgentStatus: "preparing" | "active" | "completed" | "failed" | "cancelled";
        /**
         * @description Who does the work of a work session.
         * @enum {unknown}
         */
        AgentType: "zed_agent" | "helix_agent" | "simple";
        /** @description An agent as people see it in lists. */
        AgentView: {
            activity: components["schemas"]["AgentActivity"];
            agentProgramId: string;
            /** Format: date-time */
            archivedAt?: null | string;
            baseBranch?: null | string;
            /**
             * Format: int32
             * @description Files that could not be merged into its base branch when its last turn had ended; null when nobody knows.
             */
            baseConflicts?: null | number;
            branch?: null | string;
            budget?: null | components["schemas"]["BudgetView"];
            /** Format: date-time */
            completedAt?: null | string;
            /** Format: date-time */
            createdAt: string;
            /** @description What it is doing now, in a word. */
            doing?: components["schemas"]["AgentDoing"];
            hostId?: null | string;
            id: components["schemas"]["AgentId"];
            /**
             * Format: date-time
             * @description When its work got into another branch last; null when it has not.
             */
            landedAt?: null | string;
            /** Format: int32 */
            openRequests: number;
            problem?: null | string;
            /** Format: int32 */
            queuedTurns: number;
            repositoryId?: null | string;
            repositoryName?: null | string;
            repositoryOwner?: null | string;
            role?: null | components["schemas"]["Role"];
            sessionId?: null | string;
            status: components["schemas"]["AgentStatus"];
            taskRequest: string;
            title?: null | string;
            userId: components["schemas"]["UserId"];
            waitsFor?: null | components["schemas"]["WaitKind"];
        };
        /** @description Answers what waits. */
        AnswerRequest: {
            /** @description accept, decline or cancel: what becomes of a question. continue or stop: of a budget. retry: of what failed. */
            action?: null | string;
            /** @description What is filled in when a question is accepted. */
            content?: unknown;
            /** @description allow_once, allow_always, reject_once or reject_always: the option of that kind. */
            decision?: null | string;
            /** @description Whether it is remembered for the program that asks alone. */
            onlyThisProgram?: null | boolean;
            /** @description Which of the options of a permission. */
            optionId?: null | string;
            /** @description Leading words that are remembered; the whole command or title when absent. */
            pattern?: null | string;
            /** @description repository: the same is answered in the same way from now on, for all agents of the repository. */
            remember?: null | string;
        };
        /** @description One line of the audit log as people read it. */
        AuditLine: {
            /** @description What, in the past. */
            action: string;
            /** @description Who. */
            actorId: string;
            /** @description user, agent, host or server. */
            actorKind: string;
            /** @description A user's name as it is now; null for anybody else. */
            actorName?: null | string;
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            details?: null | components["schemas"]["JsonElement"];
            /**
             * Format: int64
             * @description Grows with each line.
             */
            seq: number;
            /** @description To which thing. */
            subjectId: string;
            /** @description To what kind of thing. */
            subjectKind: string;
        };
        AuditReply: {
            /** @description The newest first. */
            entries: components["schemas"]["AuditLine"][];
            /**
             * Format: int64
             * @description What `before` of the next page is; null when there is none.
             */
            next?: null | number;
        };
        BranchesReply: {
            branches: components["schemas"]["BranchView"][];
            defaultBranch?: null | string;
        };
        BranchView: {
            commit: string;
            /** Format: date-time */
            committedAt: string;
            isRemoteOnly: boolean;
            name: string;
            subject: string;
            worktreePath?: null | string;
        };
        /** @enum {unknown} */
        BudgetPart: "tokens" | "minutes" | "cost";
        /** @description How much an agent may use; what is absent has no limit. */
        BudgetRequest: {
            /**
             * Format: double
             * @description Cost, in the currency that its program reports.
             */
            cost?: null | number;
            /**
             * Format: int32
             * @description Minutes in which it works on something and waits for nobody.
             */
            minutes?: null | number;
            /**
             * Format: int64
             * @description Tokens.
             */
            tokens?: null | number;
        };
        /** @description An agent's budget as people see it. */
        BudgetView: {
            /** Format: double */
            cost?: null | number;
            isStopped: boolean;
            /** Format: int32 */
            minutes?: null | number;
            reached?: null | components["schemas"]["BudgetPart"];
            /** Format: date-time */
            reachedAt?: null | string;
            /** Format: int64 */
            tokens?: null | number;
        };
        /** @description Changes an agent; what is absent stays. */
        ChangeAgentRequest: {
            /** @description Whether it is out of the lists. */
            archived?: null | boolean;
            budget?: null | components["schemas"]["BudgetRequest"];
            /** @description completed or cancelled: ends it and everything of it. */
            status?: null | string;
            /** @description For people; empty for none. */
            title?: null | string;
        };
        /** @description Changes a comment; what is absent stays. */
        ChangeCommentBody: {
            /** @description Whether it is done. */
            resolved?: null | boolean;
            /** @description What is said; only of a draft. */
            text?: null | string;
        };
        ChangeMeRequest: {
            displayName: string;
        };
        /** @description Changes it; what is absent stays. */
        ChangeNotificationsRequest: {
            kinds?: null | components["schemas"]["WaitKind"][];
            webhook?: null | boolean;
        };
        /** @description Changes variables that a program gets; what is absent stays. */
        ChangeProgramEnvironment: {
            /** @description Values by name; null removes one. */
            variables: {
                [key: string]: string;
            };
        };
        /** @description Changes how worktrees are set up; what is absent stays. */
        ChangeRepositoryRequest: {
            copyFiles?: null | string[];
            defaultBranch?: null | string;
            setupCommand?: null | string;
            templateFiles?: null | {
                [key: string]: string;
            };
        };
        /** @description Changes a session; what is absent stays. */
        ChangeSessionRequest: {
            /** @description viewer, editor or owner for everybody, none to take it back; quick sessions only. */
            sharedRole?: null | string;
            /** @description For people; empty for none. */
            title?: null | string;
        };
        ChangeUserRequest: {
            isAdministrator: boolean;
        };
        /** @description Changes a worker; what is absent stays. */
        ChangeWorkerRequest: {
            /** @description Its new name. */
            name?: null | string;
            /**
             * Format: int32
             * @description Place of its tab, counted from 0.
             */
            position?: null | number;
        };
        /** @description Changes a work session; what is absent stays. */
        ChangeWorkSessionRequest: {
            /** @description How its program is to work: one of the modes that it offers. */
            modeId?: null | string;
            /** @description Which model provider it asks from now on; empty for the default. */
            modelProviderId?: null | string;
            /** @description For people. */
            name?: null | string;
            /** @description Values of its program's options, by their ids: an id, true or false, or null for as the program likes. */
            options?: null | Record<string, never>;
        };
        CheckpointId: string;
        /** @description What the files were before, under which they can be brought back. */
        CheckpointReply: {
            checkpoint: components["schemas"]["CheckpointView"];
        };
        CheckpointsReply: {
            checkpoints: components["schemas"]["CheckpointView"][];
        };
        /** @enum {unknown} */
        CheckpointState: "making" | "made" | "failed";
        /** @description A checkpoint as people see it. */
        CheckpointView: {
            /**
             * Format: date-time
             * @description When.
             */
            createdAt: string;
            /** @description Its id. */
            id: components["schemas"]["CheckpointId"];
            /**
             * Format: int32
             * @description Untracked files that were too big or too many to be kept.
             */
            leftOut: number;
            /** @description Why it failed. */
            problem?: null | string;
            restores?: null | components["schemas"]["CheckpointId"];
            /** @description making, made or failed. */
            state: components["schemas"]["CheckpointState"];
            turnId?: null | components["schemas"]["TurnId"];
            /** @description before, after, or restore: what the files were before another one was brought back. */
            which: components["schemas"]["CheckpointWhich"];
            workSessionId?: null | components["schemas"]["WorkSessionId"];
        };
        /** @enum {unknown} */
        CheckpointWhich: "before" | "after" | "restore";
        CommentBody: {
            comment: components["schemas"]["ReviewComment"];
        };
        CommentId: string;
        /** @enum {unknown} */
        CommentSide: "old" | "new";
        CommentsReply: {
            comments: components["schemas"]["ReviewComment"][];
        };
        /**
         * @description Transitions are in docs/states.md.
         * @enum {unknown}
         */
        CommentState: "draft" | "sent" | "resolved";
        ConversationsReply: {
            conversations: components["schemas"]["ConversationView"][];
            /** Format: date-time */
            listedAt?: null | string;
        };
        /** @description A conversation that an agent's program knows. */
        ConversationView: {
            /** @description Where it works; absent when the program does not say. */
            directory?: null | string;
            /** @description The program's id of it: conversationId of a new work session goes on with it. */
            id: string;
            /** @description Its title; absent when it has none. */
            title?: null | string;
            /** @description When something was last said in it, as the program writes it. */
            updatedAt?: null | string;
            workSessionId?: null | components["schemas"]["WorkSessionId"];
        };
        /** @description Gives a task. */
        CreateAgentRequest: {
            /** @description By which program. */
            agentProgramId: string;
            /** @description Who does its first work session: zed_agent, the program, when absent; helix_agent or simple. */
            agentType?: null | string;
            /** @description What its branch starts from; the repository's default branch when absent. */
            baseBranch?: null | string;
            /** @description Its branch; made from the request when absent. */
            branch?: null | string;
            budget?: null | components["schemas"]["BudgetRequest"];
            /** @description Images that go with the request. */
            images?: null | components["schemas"]["PromptImage"][];
            /** @description How it is to work: ask, accept-edits or full for the built-in agent, one of its modes for a program; as it likes when absent. */
            modeId?: null | string;
            /** @description Which model provider that asks; the default when absent. */
            modelProviderId?: null | string;
            /** @description Where. */
            repositoryId: string;
            /** @description What is to be done. */
            taskRequest: string;
            /** @description For people; the program may give one when absent. */
            title?: null | string;
        };
        /** @description Asks for a session. */
        CreateSessionRequest: {
            /** @description Starts an agent worker with this program. */
            agentProgramId?: null | string;
            /** @description What a new branch starts from. */
            baseBranch?: null | string;
            /** @description Its branch; made when it is not there. */
            branch?: null | string;
            /** @description Whether the agent goes on with its last conversation there. */
            continueConversation?: null | boolean;
            /** @description Host of a quick session; null for the server's own machine. */
            hostId?: null | string;
            /** @description What the agent is told first. */
            initialPrompt?: null | string;
            /** @description Directory of a quick session. */
            locationPath?: null | string;
            /** @description Repository of a worktree session. */
            repositoryId?: null | string;
            /** @description For people. */
            title?: null | string;
            /** @description worktree or quick. */
            type: components["schemas"]["SessionType"];
        };
        CreateTokenRequest: {
            /**
             * Format: date-time
             * @description From when it is refused; null: never.
             */
            expiresAt?: null | string;
            /** @description What the person calls it. */
            name: string;
        };
        /** @description Asks for a worker. */
        CreateWorkerRequest: {
            /** @description Program of an agent. */
            agentProgramId?: null | string;
            /**
             * Format: int32
             * @description Columns.
             */
            cols?: null | number;
            /** @description Program and arguments of a terminal; the login shell when absent. */
            command?: null | string[];
            /** @description Whether the agent goes on with its last conversation there. */
            continueConversation?: null | boolean;
            /** @description What the agent is told first. */
            initialPrompt?: null | string;
            /** @description Chosen by the server when absent. */
            name?: null | string;
            /**
             * Format: int32
             * @description Rows.
             */
            rows?: null | number;
            /** @description agent or terminal. */
            type: components["schemas"]["WorkerType"];
        };
        DiffBody: {
            diff: components["schemas"]["WorkDiff"];
        };
        /** @description How a file differs. */
        DiffFileView: {
            /**
             * Format: int32
             * @description New lines.
             */
            additions: number;
            /** @description Whether it is not text. */
            binary: boolean;
            /**
             * Format: int32
             * @description Gone lines.
             */
            deletions: number;
            /** @description Names this difference: another one as soon as either side is another. */
            hash: string;
            /** @description Where it differs. */
            hunks: components["schemas"]["DiffHunkView"][];
            /** @description Names the new contents; absent when there are none. */
            newHash?: null | string;
            /** @description As git writes it; absent when it is gone. */
            newMode?: null | string;
            /** @description Names the old contents; absent when there were none. */
            oldHash?: null | string;
            /** @description As git writes it; absent when it was not there. */
            oldMode?: null | string;
            /** @description What it was called before; absent when it had the same name, or none. */
            oldPath?: null | string;
            /** @description Its name; the old one when it is gone. */
            path: string;
            /** @description added, modified, deleted, renamed or type-changed. */
            status: string;
            /** @description Whether its lines are left out; asked for alone, more of them are given. */
            tooLarge: boolean;
            /** @description Whether the reader has marked this difference as looked at. */
            viewed: boolean;
        };
        /** @description A stretch of lines with what is different in it. */
        DiffHunkView: {
            /** @description In what it lies, as git guesses. */
            heading: string;
            /** @description Each with a blank, +, - or \ before it. */
            lines: string[];
            /**
             * Format: int32
             * @description How many lines it has.
             */
            newLines: number;
            /**
             * Format: int32
             * @description Number of its first line now.
             */
            newStart: number;
            /**
             * Format: int32
             * @description How many lines it had.
             */
            oldLines: number;
            /**
             * Format: int32
             * @description Number of its first line before.
             */
            oldStart: number;
        };
        /** @description One directory. */
        DirectoryEntry: {
            /** @description Whether it is the top of a git working tree or a bare repository. */
            isRepository: boolean;
            /** @description Its name. */
            name: string;
            /** @description Absolute path. */
            path: string;
        };
        /** @description Directories in a directory. */
        DirectoryListing: {
            /** @description By name; at most 2,000. */
            entries: components["schemas"]["DirectoryEntry"][];
            /** @description The directory above; null at the root. */
            parent?: null | string;
            /** @description Absolute path, links resolved. */
            path: string;
            /** @description Whether there are more. */
            truncated: boolean;
        };
        /** @description What merging an agent's work would come to. */
        Forecast: {
            /** @description With the work of other agents that are at it in the same repository. */
            agents: components["schemas"]["MergeForecast"][];
            /** @description With the branch it started from. */
            base: components["schemas"]["MergeForecast"];
            /** @description The work, uncommitted files included. */
            commit: string;
        };
        ForecastReply: {
            forecast: components["schemas"]["Forecast"];
        };
        /** @description The agent in whose conversation something was found. */
        FoundAgent: {
            /** Format: date-time */
            archivedAt?: null | string;
            id: components["schemas"]["AgentId"];
            taskRequest: string;
            title?: null | string;
        };
        /** @description A place in a conversation. */
        FoundPlace: {
            /** @description Whose. */
            agent: components["schemas"]["FoundAgent"];
            /**
             * Format: date-time
             * @description When it was said.
             */
            at: string;
            /** @description prompt or message. */
            kind: string;
            /** @description What was looked for in them. */
            marks: components["schemas"]["SearchMark"][];
            /**
             * Format: int64
             * @description Number of the event with which what was found begins.
             */
            seq: number;
            /** @description The words around it. */
            snippet: string;
            /** @description In which turn. */
            turnId: components["schemas"]["TurnId"];
            /** @description In which line of work. */
            workSession: components["schemas"]["FoundWorkSession"];
        };
        FoundWorkSession: {
            id: components["schemas"]["WorkSessionId"];
            name: string;
        };
        HealthAnswer: {
            status: string;
        };
        HostChangedNews: {
            /** @description A host as people see it. */
            host: {
                id: string;
                isLocal: boolean;
                isOnline: boolean;
                /** Format: date-time */
                lastSeenAt?: null | string;
                name: string;
                version?: null | string;
            };
        };
        HostId: string;
        HostsReply: {
            hosts: components["schemas"]["HostView"][];
        };
        /** @description A host as people see it. */
        HostView: {
            id: components["schemas"]["HostId"];
            isLocal: boolean;
            isOnline: boolean;
            /** Format: date-time */
            lastSeenAt?: null | string;
            name: string;
            version?: null | string;
        };
        ImportCount: {
            /** Format: int32 */
            added: number;
            /** Format: int32 */
            known: number;
        };
        /** @description How many of each kind an import added, and how many were here before. */
        ImportCounts: {
            agentPrograms: components["schemas"]["ImportCount"];
            repositories: components["schemas"]["ImportCount"];
            sessions: components["schemas"]["ImportCount"];
            workers: components["schemas"]["ImportCount"];
        };
        /** @enum {unknown} */
        ImportedKind: "repository" | "agent-program" | "session";
        /** @description A thing of another program: what it was there, and what it became here. */
        ImportedRecord: {
            /** @description Its id there. */
            id: string;
            /** @description What it is. */
            kind: components["schemas"]["ImportedKind"];
            /** @description What could not be taken over as it was, in words. */
            notes: string[];
            /** @description As it was, to the letter. */
            original: components["schemas"]["JsonElement"];
            /** @description Its id here. */
            subjectId: string;
        };
        ImportedRecordsReply: {
            records: components["schemas"]["ImportedRecord"][];
        };
        ImportReply: {
            /** @description How many were added and how many were here. */
            imported: components["schemas"]["ImportCounts"];
            /** @description What could not be taken over as it was, in words. */
            notes: string[];
        };
        /** @description An item that was answered. */
        InboxAnswerReply: {
            item: components["schemas"]["InboxItemView"];
            request?: null | components["schemas"]["RequestView"];
        };
        InboxItemBody: {
            item: components["schemas"]["InboxItemView"];
        };
        InboxItemChangedNews: {
            /** @description An item as lists and counts need it. */
            item: {
                agentId: string;
                answer?: null | string;
                /** Format: date-time */
                answeredAt?: null | string;
                answeredBy: unknown;
                /** Format: date-time */
                createdAt: string;
                /** Format: date-time */
                expiresAt?: null | string;
                /** @description Follows from what waits, so that the same never gets a second row. */
                id: string;
                /**
                 * @description What an agent waits for a person with.
                 * @enum {unknown}
                 */
                kind: "permission" | "question" | "budget" | "failed" | "finished";
                repositoryId?: null | string;
                requestId: unknown;
                ruleId?: null | string;
                /**
                 * @description Transitions are in docs/states.md.
                 * @enum {unknown}
                 */
                state: "open" | "answered" | "dismissed" | "expired" | "withdrawn";
                summary?: null | string;
                title: string;
                turnId: unknown;
                workSessionId: unknown;
            };
        };
        /** @description Follows from what waits, so that the same never gets a second row. */
        InboxItemId: string;
        /** @description An item with everything that somebody needs to answer it. */
        InboxItemView: {
            /** @description Who waits, with its repository and branch. */
            agent: components["schemas"]["AgentView"];
            /** @description What was answered, in a word. */
            answer?: null | string;
            /**
             * Format: date-time
             * @description When.
             */
            answeredAt?: null | string;
            answeredBy?: null | components["schemas"]["UserId"];
            /** @description Their name. */
            answeredByName?: null | string;
            /**
             * Format: date-time
             * @description Since when it waits.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When it is answered without a person.
             */
            expiresAt?: null | string;
            /** @description Its id. */
            id: components["schemas"]["InboxItemId"];
            /** @description What waits. */
            kind: components["schemas"]["WaitKind"];
            /** @description The agent's worktree; absent until it is there. */
            projectPath?: null | string;
            remembers?: null | components["schemas"]["RememberedView"];
            request?: null | components["schemas"]["RequestView"];
            /** @description What that rule says, in words. */
            rule?: null | string;
            /** @description The permission rule that answered it. */
            ruleId?: null | string;
            /** @description How far it is. */
            state: components["schemas"]["InboxState"];
            /** @description More about it. */
            summary?: null | string;
            /** @description Name of that work session. */
            threadName?: null | string;
            /** @description What it is about, in words. */
            title: string;
            turnId?: null | components["schemas"]["TurnId"];
            workSessionId?: null | components["schemas"]["WorkSessionId"];
        };
        /** @description Items, with how to go on. */
        InboxReply: {
            /** @description The oldest first where only open ones are asked for, else the newest first. */
            items: components["schemas"]["InboxItemView"][];
            next?: null | components["schemas"]["InboxItemId"];
        };
        /**
         * @description Transitions are in docs/states.md.
         * @enum {unknown}
         */
        InboxState: "open" | "answered" | "dismissed" | "expired" | "withdrawn";
        /** @description Installs a program on the server's own machine, by npm, into the data folder; also to have another version of it. */
        InstallProgramBody: {
            /** @description Exact version; absent for the one that was tried with this build. */
            version?: null | string;
        };
        InstanceId: string;
        InstanceReply: {
            instance: components["schemas"]["InstanceView"];
        };
        /**
         * @description Transitions are in docs/states.md.
         * @enum {unknown}
         */
        InstanceStatus: "pending" | "active" | "disconnected" | "completed" | "failed";
        /** @description An instance as people see it; without its threads in events. */
        InstanceView: {
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            disconnectedAt?: null | string;
            id: components["schemas"]["InstanceId"];
            /**
             * Format: date-time
             * @description When something was last said or heard; absent in events.
             */
            lastActivityAt?: null | string;
            /** @description Whether the program can say which conversations it knows; null while that is not known. */
            listsConversations?: null | boolean;
            login?: null | components["schemas"]["LoginView"];
            loginMethods?: null | components["schemas"]["JsonText"];
            /** @description Whether it can forget who is logged in. */
            logsOut?: boolean;
            problem?: null | string;
            programName?: null | string;
            programVersion?: null | string;
            projectPath?: null | string;
            status: components["schemas"]["InstanceStatus"];
            takesImages: boolean;
            threads?: null | components["schemas"]["ThreadView"][];
            workerId: string;
        };
        Invite: {
            displayName?: null | string;
            /** Format: date-time */
            expiresAt: string;
            id: components["schemas"]["InviteId"];
        };
        InviteId: string;
        InviteRequest: {
            /** @description How the person will be called until they choose otherwise. */
            displayName?: null | string;
        };
        InvitesAnswer: {
            invites: components["schemas"]["Invite"][];
        };
        JsonElement: unknown;
        /** @description JSON that goes out as it came, and is compared by its text. */
        JsonText: unknown;
        /** @description Whoever commits are by. */
        LandAuthorBody: {
            email: string;
            name: string;
        };
        /** @description Gets an agent's work into another branch. */
        LandBody: {
            author?: null | components["schemas"]["LandAuthorBody"];
            /** @description Whether uncommitted work is committed first. */
            commit?: null | boolean;
            /** @description The message of that commit; the one of the landing when absent. */
            commitMessage?: null | string;
            /** @description Whether the agent is completed when its work has landed. */
            complete?: null | boolean;
            /** @description merge, squash, or push: to the remote, for a request to pull it there. */
            how: components["schemas"]["LandingHow"];
            /** @description The branch that gets it; the one the agent started from when absent. */
            into?: null | string;
            /** @description Of the commit; made from the task when absent. */
            message?: null | string;
        };
        /** @enum {unknown} */
        LandingHow: "merge" | "squash" | "push";
        LandingId: string;
        LandingReply: {
            landing: components["schemas"]["LandingView"];
        };
        LandingsReply: {
            landings: components["schemas"]["LandingView"][];
        };
        /**
         * @description Transitions are in docs/states.md.
         * @enum {unknown}
         */
        LandingState: "doing" | "landed" | "pushed" | "conflicts" | "refused" | "failed";
        /** @description How an agent's work got into another branch. */
        LandingView: {
            commit?: null | string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            finishedAt?: null | string;
            how: components["schemas"]["LandingHow"];
            id: components["schemas"]["LandingId"];
            into: string;
            paths: string[];
            problem?: null | string;
            pullRequestUrl?: null | string;
            reason?: null | string;
            state: components["schemas"]["LandingState"];
        };
        ListedToken: {
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            expiresAt?: null | string;
            id: components["schemas"]["AccessTokenId"];
            isCurrent: boolean;
            kind: components["schemas"]["AccessTokenKind"];
            /** Format: date-time */
            lastUsedAt?: null | string;
            name: string;
        };
        LoginLink: {
            code: string;
            /** Format: date-time */
            expiresAt: string;
            url: string;
        };
        LoginLinkAnswer: {
            loginLink: components["schemas"]["LoginLink"];
        };
        LoginRequest: {
            /** @description From a login link. */
            code?: null | string;
            /** @description Or a token, for people who have one at hand. */
            token?: null | string;
        };
        /**
         * @description Transitions are in docs/states.md.
         * @enum {unknown}
         */
        LoginState: "needed" | "authenticating" | "in-terminal" | "logging-out";
        /** @description A login that a program needs, or is in the middle of. */
        LoginView: {
            /** @description The method that was chosen; absent while none is. */
            methodId?: null | string;
            /** @description What the program said, or why the last try came to nothing. */
            problem?: null | string;
            /** @description needed, authenticating, in-terminal or logging-out. */
            state: components["schemas"]["LoginState"];
            terminalId?: null | components["schemas"]["WorkerId"];
        };
        /** @description Who calls. */
        MeAnswer: {
            /** @description Whether they may list a host's folders, and have sessions and repositories there. */
            mayRunPrograms: boolean;
            /** @description The account. */
            user: components["schemas"]["User"];
        };
        MemberBody: {
            role: components["schemas"]["Role"];
            userId: string;
        };
        MembersBody: {
            members: components["schemas"]["MemberBody"][];
        };
        MembersReply: {
            members: components["schemas"]["MemberView"][];
        };
        MemberView: {
            displayName: string;
            role: components["schemas"]["Role"];
            userId: string;
        };
        /** @description What merging an agent's work with a branch would come to. */
        MergeForecast: {
            agentId?: null | components["schemas"]["AgentId"];
            /** @description The branch. */
            branch: string;
            /** @description The commit that was merged with; absent when there is no such branch. */
            commit?: null | string;
            /** @description Files that git cannot merge by itself. */
            conflicts: string[];
            /** @description What that agent does. */
            title?: null | string;
        };
        MessagesReply: {
            messages: components["schemas"]["AgentMessage"][];
        };
        ModelProviderId: string;
        /**
         * @description What a model endpoint speaks.
         * @enum {unknown}
         */
        ModelProviderKind: "anthropic" | "openai-compatible";
        ModelProviderReply: {
            modelProvider: components["schemas"]["ModelProviderView"];
        };
        /** @description Asks for a provider, or changes one; what is absent stays. */
        ModelProviderRequest: {
            /** @description Its key; empty for none. */
            apiKey?: null | string;
            /** @description Its address, without the path of a method. */
            baseUrl?: null | string;
            /**
             * Format: int32
             * @description Tokens that the model takes in, its answer included.
             */
            contextTokens?: null | number;
            /** @description true: it is asked where none is named. */
            isDefault?: null | boolean;
            /** @description anthropic or openai-compatible. */
            kind?: null | string;
            /**
             * Format: int32
             * @description Tokens of an answer at most.
             */
            maxOutputTokens?: null | number;
            /** @description Which of its models. */
            model?: null | string;
            /** @description For people; the model's name when absent. */
            name?: null | string;
        };
        ModelProvidersReply: {
            modelProviders: components["schemas"]["ModelProviderView"][];
        };
        /** @description A provider as people see it: never with its key. */
        ModelProviderView: {
            baseUrl: string;
            /** Format: int32 */
            contextTokens: number;
            hasApiKey: boolean;
            id: components["schemas"]["ModelProviderId"];
            isConfigured: boolean;
            isDefault: boolean;
            kind: components["schemas"]["ModelProviderKind"];
            /** Format: int32 */
            maxOutputTokens: number;
            model: string;
            name: string;
        };
        /** @description Moves a queued turn. */
        MoveTurnRequest: {
            /**
             * Format: int32
             * @description Its place in the queue, from 0.
             */
            place: number;
        };
        NewInvite: {
            code: string;
            displayName?: null | string;
            /** Format: date-time */
            expiresAt: string;
            id: components["schemas"]["InviteId"];
            url: string;
        };
        NewInviteAnswer: {
            invite: components["schemas"]["NewInvite"];
        };
        /** @description The only time that the secret is shown. */
        NewToken: {
            /** Format: date-time */
            expiresAt?: null | string;
            id: components["schemas"]["AccessTokenId"];
            name: string;
            secret: string;
        };
        NewTokenAnswer: {
            token: components["schemas"]["NewToken"];
        };
        /** @description What a person wants to be told outside of the page. */
        NotificationSettingsView: {
            /** @description Whether the server has one. */
            hasWebhook: boolean;
            /** @description Of these kinds. */
            kinds: components["schemas"]["WaitKind"][];
            /** @description Whether it is posted to the server's webhook. */
            webhook: boolean;
        };
        /** @description How far something long has come. What became of it is seen at the thing it was done for. */
        OperationView: {
            /** Format: int64 */
            completed?: null | number;
            operationId: string;
            phase: string;
            state: string;
            /** Format: int64 */
            total?: null | number;
        };
        /** @enum {unknown} */
        PermissionDecision: "allow" | "deny";
        /** @enum {unknown} */
        PermissionMatch: "exact" | "prefix";
        PermissionRuleId: string;
        PermissionRulesReply: {
            rules: components["schemas"]["PermissionRuleView"][];
        };
        /** @description A rule as people see it. */
        PermissionRuleView: {
            agentProgramId?: null | string;
            /** Format: date-time */
            createdAt: string;
            createdBy: components["schemas"]["UserId"];
            decision: components["schemas"]["PermissionDecision"];
            folder: string;
            id: components["schemas"]["PermissionRuleId"];
            /** Format: date-time */
            lastUsedAt?: null | string;
            match: components["schemas"]["PermissionMatch"];
            pattern: string;
            repositoryId: string;
            /** Format: date-time */
            revokedAt?: null | string;
            revokedBy?: null | components["schemas"]["UserId"];
            subject: components["schemas"]["PermissionSubject"];
            /** Format: int64 */
            timesUsed: number;
            toolKind: string;
        };
        /**
         * @description What rules compare.
         * @enum {unknown}
         */
        PermissionSubject: "command" | "title";
        /** @description Variables that a program gets, by their names; what they are is not told again. */
        ProgramEnvironmentReply: {
            variables: string[];
        };
        /**
         * @description Transitions are in docs/states.md.
         * @enum {unknown}
         */
        ProgramInstallState: "installing" | "removing" | "done" | "failed";
        ProgramInstallView: {
            /** Format: date-time */
            finishedAt?: null | string;
            operationId: string;
            problem?: null | string;
            /** Format: date-time */
            startedAt: string;
            state: components["schemas"]["ProgramInstallState"];
            version: string;
        };
        ProgramPackageView: {
            name: string;
            version: string;
        };
        /** @description An image of a prompt. */
        PromptImage: {
            /** @description Base64. */
            data: string;
            /** @description image/png and the like. */
            mimeType: string;
        };
        QueueReply: {
            turns: components["schemas"]["TurnView"][];
        };
        /** @description What a rule would go by that remembers an answer. */
        RememberedView: {
            /** @description A command's folder within the worktree; empty for the worktree's own. */
            folder: string;
            /** @description The command or title, whole. */
            text: string;
            /** @description Kind of tool. */
            toolKind: string;
            /** @description Leading words that may be remembered instead, the shortest first; empty where there are none. */
            words: string[];
        };
        RepositoriesReply: {
            repositories: components["schemas"]["RepositoryView"][];
        };
        RepositoryId: string;
        RepositoryRemovedNews: {
            repositoryId: string;
        };
        RepositoryReply: {
            repository: components["schemas"]["RepositoryView"];
        };
        /** @enum {unknown} */
        RepositoryStatus: "cloning" | "ready" | "failed";
        /** @description A repository as people see it. */
        RepositoryView: {
            copyFiles: string[];
            /** Format: date-time */
            createdAt: string;
            defaultBranch?: null | string;
            hostId: components["schemas"]["HostId"];
            id: components["schemas"]["RepositoryId"];
            name: string;
            owner: string;
            path?: null | string;
            problem?: null | string;
            provider: string;
            role?: null | components["schemas"]["Role"];
            setupCommand?: null | string;
            status: components["schemas"]["RepositoryStatus"];
            templateFiles: {
                [key: string]: string;
            };
            url?: null | string;
        };
        RequestId: string;
        /**
         * @description Transitions are in docs/states.md.
         * @enum {unknown}
         */
        RequestState: "open" | "answered" | "withdrawn" | "void" | "expired";
        RequestView: {
            answer?: null | components["schemas"]["JsonElement"];
            /** Format: date-time */
            answeredAt?: null | string;
            answeredBy?: null | components["schemas"]["UserId"];
            /** Format: date-time */
            createdAt: string;
            /**
             * Format: date-time
             * @description When it is answered without a person; null for never.
             */
            expiresAt?: null | string;
            id: components["schemas"]["RequestId"];
            payload: components["schemas"]["JsonElement"];
            /** @description The permission rule that answered it; null when none did. */
            ruleId?: null | string;
            state: components["schemas"]["RequestState"];
            turnId?: null | components["schemas"]["TurnId"];
            what: string;
            workSessionId?: null | components["schemas"]["WorkSessionId"];
        };
        /** @description Gives conflicts to the agent, as its next prompt. */
        ResolveBody: {
            /** @description The branch that its work conflicts with; the one it started from when absent. */
            into?: null | string;
            /** @description In which line of work; the first when absent. */
            workSessionId?: null | string;
        };
        ResolveReply: {
            paths: string[];
            turnId: components["schemas"]["TurnId"];
        };
        /** @description What a person says to lines of an agent's work; with others it becomes one prompt. */
        ReviewComment: {
            /** @description Whose work. */
            agentId: components["schemas"]["AgentId"];
            /** @description What is said. */
            body: string;
            /**
             * Format: date-time
             * @description When.
             */
            createdAt: string;
            /** @description Who says it. */
            createdBy: components["schemas"]["UserId"];
            /** @description Names the contents that the lines were read in; when the file has others now, the lines may be others, too. */
            fileHash?: null | string;
            /** @description Its id. */
            id: components["schemas"]["CommentId"];
            /**
             * Format: int32
             * @description The last line.
             */
            lastLine: number;
            /**
             * Format: int32
             * @description The first line, from 1.
             */
            line: number;
            /** @description The file. */
            path: string;
            /** @description The lines as they were; empty where the diff did not show them. */
            quote: string;
            /** @description Which version of it. */
            side: components["schemas"]["CommentSide"];
            /** @description How far it is. */
            state: components["schemas"]["CommentState"];
            turnId?: null | components["schemas"]["TurnId"];
            /**
             * Format: date-time
             * @description When it was changed last.
             */
            updatedAt: string;
        };
        /** @enum {unknown} */
        Role: "viewer" | "editor" | "owner";
        /**
         * @description What a program is locked into.
         * @enum {unknown}
         */
        SandboxKind: "none" | "bubblewrap";
        /** @description A stretch of a snippet that was looked for. */
        SearchMark: {
            /**
             * Format: int32
             * @description How long it is.
             */
            length: number;
            /**
             * Format: int32
             * @description Where it begins, in UTF-16 units.
             */
            start: number;
        };
        /** @description Places in conversations, the newest first. */
        SearchReply: {
            /** @description Whether there are older ones. */
            hasMore: boolean;
            /** @description Them. */
            results: components["schemas"]["FoundPlace"][];
        };
        /** @description Tells the agent what was commented, as one prompt. */
        SendCommentsBody: {
            /** @description Which drafts; all when absent. */
            commentIds?: null | string[];
            /** @description What is said before them; a sentence of ours when absent. */
            text?: null | string;
            /** @description In which line of work; the first when absent. */
            workSessionId?: null | string;
        };
        /** @description Asks an agent something. */
        SendMessageRequest: {
            /** @description Images that go with it. */
            images?: null | components["schemas"]["PromptImage"][];
            /** @description Whether the turn in flight is ended for it, and the queue waits behind it. */
            interrupt?: null | boolean;
            /** @description What. */
            text: string;
            /** @description Where; its first work session that is not over when absent. */
            workSessionId?: null | string;
        };
        /** @description The prompt. */
        SentCommentsReply: {
            comments: components["schemas"]["ReviewComment"][];
            turnId: components["schemas"]["TurnId"];
        };
        /**
         * @description Who does the work of a program.
         * @enum {unknown}
         */
        ServedBy: "itself" | "built-in-agent" | "chat";
        SessionChangedNews: {
            /** @description A session as people see it. */
            session: {
                branch?: null | string;
                /** Format: date-time */
                createdAt: string;
                createdBy: string;
                hostId: string;
                id: string;
                locationPath: string;
                repositoryId?: null | string;
                /** @enum {unknown} */
                role?: "viewer" | "editor" | "owner" | null;
                /** @enum {unknown} */
                sharedRole?: "viewer" | "editor" | "owner" | null;
                /** @enum {unknown} */
                status: "active" | "inactive" | "reconnecting";
                title?: null | string;
                /** @enum {unknown} */
                type: "worktree" | "quick";
                workers: {
                    /** @enum {unknown} */
                    activityState?: "unknown" | "idle" | "active" | "asking" | null;
                    agentProgramId?: null | string;
                    command?: null | string[];
                    /** Format: date-time */
                    createdAt: string;
                    /** Format: int32 */
                    epoch: number;
                    /** Format: int32 */
                    exitCode?: null | number;
                    id: string;
                    name: string;
                    signal?: null | string;
                    /** @enum {unknown} */
                    status: "starting" | "running" | "exited" | "lost" | "reconnecting";
                    /** @enum {unknown} */
                    type: "agent" | "terminal";
                }[];
            };
        };
        SessionId: string;
        SessionRemovedNews: {
            sessionId: string;
        };
        SessionReply: {
            session: components["schemas"]["SessionView"];
        };
        SessionsReply: {
            sessions: components["schemas"]["SessionView"][];
        };
        /** @enum {unknown} */
        SessionStatus: "active" | "inactive" | "reconnecting";
        /** @enum {unknown} */
        SessionType: "worktree" | "quick";
        /** @description A session as people see it. */
        SessionView: {
            branch?: null | string;
            /** Format: date-time */
            createdAt: string;
            createdBy: components["schemas"]["UserId"];
            hostId: components["schemas"]["HostId"];
            id: components["schemas"]["SessionId"];
            locationPath: string;
            repositoryId?: null | string;
            role?: null | components["schemas"]["Role"];
            sharedRole?: null | components["schemas"]["Role"];
            status: components["schemas"]["SessionStatus"];
            title?: null | string;
            type: components["schemas"]["SessionType"];
            workers: components["schemas"]["WorkerView"][];
        };
        /** @description What an agent has used, as far as its program reports it. */
        SpendingView: {
            /**
             * Format: double
             * @description Cost.
             */
            cost: number;
            /** @description Of the cost; null where none was reported. */
            currency?: null | string;
            /**
             * Format: int64
             * @description Tokens.
             */
            tokens: number;
            /**
             * Format: int64
             * @description Working time up to WorkingSince.
             */
            workedSeconds: number;
            /**
             * Format: date-time
             * @description Since when it works on something and waits for nobody; null while it does not.
             */
            workingSince?: null | string;
        };
        ThreadId: string;
        /**
         * @description Transitions are in docs/states.md.
         * @enum {unknown}
         */
        ThreadStatus: "pending" | "active" | "disconnected" | "completed" | "failed";
        ThreadView: {
            id: components["schemas"]["ThreadId"];
            isHeld: boolean;
            programThreadId?: null | string;
            status: components["schemas"]["ThreadStatus"];
        };
        TokensAnswer: {
            tokens: components["schemas"]["ListedToken"][];
        };
        /** @description A server of tools as people see and say it. */
        ToolServerBody: {
            /** @description Its arguments. */
            args?: null | string[];
            /** @description What is run, for stdio. */
            command?: null | string;
            /** @description Variables of what is run. Values are not told again: null stands for one that is kept, and keeps it. */
            env?: null | {
                [key: string]: string;
            };
            /** @description The same for http and sse. */
            headers?: null | {
                [key: string]: string;
            };
            /** @description For the program; unique in its list. */
            name: string;
            /** @description stdio, http or sse. */
            type: string;
            /** @description Its address, for http and sse. */
            url?: null | string;
        };
        ToolServersBody: {
            mcpServers: components["schemas"]["ToolServerBody"][];
        };
        TurnBody: {
            turn: components["schemas"]["TurnView"];
        };
        TurnId: string;
        /**
         * @description Transitions are in docs/states.md.
         * @enum {unknown}
         */
        TurnState: "queued" | "sent" | "running" | "done" | "failed" | "cancelled";
        TurnView: {
            /** Format: int32 */
            attempt: number;
            /** Format: date-time */
            cancelRequestedAt?: null | string;
            /** Format: date-time */
            createdAt: string;
            createdBy?: null | components["schemas"]["UserId"];
            /** Format: date-time */
            dispatchedAt?: null | string;
            /** Format: date-time */
            finishedAt?: null | string;
            id: components["schemas"]["TurnId"];
            /** Format: int32 */
            images: number;
            /** Format: int64 */
            position: number;
            problem?: null | string;
            state: components["schemas"]["TurnState"];
            stopReason?: null | string;
            text: string;
            workSessionId: components["schemas"]["WorkSessionId"];
        };
        /** @description A person with an account here. */
        User: {
            /** Format: date-time */
            createdAt: string;
            displayName: string;
            id: components["schemas"]["UserId"];
            isAdministrator: boolean;
        };
        UserAnswer: {
            user: components["schemas"]["User"];
        };
        UserId: string;
        UsersAnswer: {
            users: components["schemas"]["User"][];
        };
        /** @description Marks a file as looked at, or not. */
        ViewedBody: {
            /** @description The difference that was looked at; the mark is gone when it is another one. */
            hash: string;
            /** @description The file. */
            path: string;
            /** @description Whether it was. */
            viewed: boolean;
        };
        /** @enum {unknown} */
        WaitKind: "permission" | "question" | "budget" | "failed" | "finished";
        /** @description How an agent's work differs from what it started from, or what one turn did. */
        WorkDiff: {
            /**
             * Format: int32
             * @description New lines of all.
             */
            additions: number;
            /**
             * Format: int32
             * @description Gone lines of all.
             */
            deletions: number;
            /**
             * Format: int32
             * @description How many files differ.
             */
            fileCount: number;
            /** @description The files; the first of them when they are too many. */
            files: components["schemas"]["DiffFileView"][];
            /** @description The commit that was compared with. */
            from: string;
            /**
             * Format: int32
             * @description Untracked files that were too big or too many to be looked at.
             */
            leftOut: number;
            /** @description The commit that was compared; uncommitted files are in it. */
            to: string;
            turnId?: null | components["schemas"]["TurnId"];
        };
        WorkerActivityNews: {
            /**
             * @description What an agent in a terminal is doing.
             * @enum {unknown}
             */
            activityState: "unknown" | "idle" | "active" | "asking";
            sessionId: string;
            workerId: string;
        };
        WorkerId: string;
        WorkerReply: {
            worker: components["schemas"]["WorkerView"];
        };
        /** @description A text frame to a worker socket's client; see docs/protocols/worker-socket.md. */
        WorkerSocketMessage: {
            /**
             * Format: int32
             * @description Columns of the terminal there.
             */
            cols: number;
            /**
             * Format: int64
             * @description End of the log at that moment.
             */
            end: number;
            /**
             * Format: int32
             * @description Its epoch.
             */
            epoch: number;
            /**
             * Format: int64
             * @description Last acknowledged input of this client.
             */
            inputAck: number;
            /**
             * Format: int32
             * @description Epoch of the process that takes input, which may be a newer one than that of the next byte.
             */
            inputEpoch: number;
            /**
             * Format: int64
             * @description Offset of the next byte.
             */
            offset: number;
            /**
             * Format: int32
             * @description Rows of the terminal there.
             */
            rows: number;
            /** @enum {string} */
            type: "attached";
        } | {
            /**
             * Format: int64
             * @description Up to this number.
             */
            seq: number;
            /** @enum {string} */
            type: "input-ack";
        } | {
            /**
             * Format: int64
             * @description The number that was expected.
             */
            expected: number;
            /** @description In words. */
            reason: string;
            /** @enum {string} */
            type: "input-refused";
        } | {
            /**
             * @description What an agent in a terminal is doing.
             * @enum {unknown}
             */
            state: "unknown" | "idle" | "active" | "asking";
            /** @enum {string} */
            type: "activity";
        } | {
            /**
             * Format: int32
             * @description Columns.
             */
            cols: number;
            /**
             * Format: int32
             * @description Rows.
             */
            rows: number;
            /** @enum {string} */
            type: "resized";
        } | {
            /**
             * Format: int32
             * @description Its exit code; null when a signal ended it.
             */
            exitCode?: null | number;
            /** @description That signal, without SIG. */
            signal?: null | string;
            /** @enum {string} */
            type: "exit";
        } | {
            /**
             * Format: int32
             * @description Its epoch.
             */
            epoch: number;
            /**
             * Format: int64
             * @description Where its output starts.
             */
            offset: number;
            /** @enum {string} */
            type: "epoch";
        } | {
            /**
             * Format: int64
             * @description What was asked for.
             */
            from: number;
            /**
             * Format: int64
             * @description Where bytes go on.
             */
            to: number;
            /** @enum {string} */
            type: "gap";
        } | {
            /**
             * Format: int32
             * @description Columns it is made for.
             */
            cols: number;
            /** @description VT text. */
            data: string;
            /**
             * Format: int32
             * @description Epoch of that offset.
             */
            epoch: number;
            /**
             * Format: int64
             * @description Where live bytes go on.
             */
            offset: number;
            /**
             * Format: int32
             * @description Rows it is made for.
             */
            rows: number;
            /** @enum {string} */
            type: "snapshot";
        } | {
            /** @enum {unknown} */
            reason?: "disk-full" | "unread" | null;
            /** @enum {string} */
            type: "held";
        } | {
            /** @enum {string} */
            type: "viewers";
            /** @description All of them. */
            viewers: {
                /** @description Name of the client. */
                client: string;
                /**
                 * Format: int32
                 * @description Columns they see; 0 when unknown.
                 */
                cols: number;
                /** @description What they are called. */
                name: string;
                /**
                 * Format: int32
                 * @description Rows they see; 0 when unknown.
                 */
                rows: number;
                /** @description Who it is. */
                userId: string;
            }[];
        } | {
            /** @description Stable word. */
            code: string;
            /** @description For a person. */
            message: string;
            /** @enum {string} */
            type: "error";
        };
        /** @description A text frame from a worker socket's client. */
        WorkerSocketRequest: {
            /**
             * Format: int32
             * @description Columns.
             */
            cols?: null | number;
            /** @description Text to type; an image's base64. */
            data?: null | string;
            /** @description Bytes to type. */
            dataBase64?: null | string;
            /**
             * Format: int32
             * @description Epoch of the process that an input is meant for; null for whichever takes it.
             */
            epoch?: null | number;
            /** @description Of an image. */
            mimeType?: null | string;
            /**
             * Format: int32
             * @description Rows.
             */
            rows?: null | number;
            /**
             * Format: int64
             * @description Number of an input or image.
             */
            seq?: null | number;
            /** @description input, resize or image. */
            type: string;
        };
        WorkersReply: {
            workers: components["schemas"]["WorkerView"][];
        };
        /** @enum {unknown} */
        WorkerType: "agent" | "terminal";
        /** @description A worker as people see it. */
        WorkerView: {
            activityState?: null | components["schemas"]["ActivityState"];
            agentProgramId?: null | string;
            command?: null | string[];
            /** Format: date-time */
            createdAt: string;
            /** Format: int32 */
            epoch: number;
            /** Format: int32 */
            exitCode?: null | number;
            id: components["schemas"]["WorkerId"];
            name: string;
            signal?: null | string;
            status: components["schemas"]["WorkerViewStatus"];
            type: components["schemas"]["WorkerType"];
        };
        /** @enum {unknown} */
        WorkerViewStatus: "starting" | "running" | "exited" | "lost" | "reconnecting";
        WorkSessionBody: {
            workSession: components["schemas"]["WorkSessionView"];
        };
        WorkSessionId: string;
        WorkSessionsReply: {
            workSessions: components["schemas"]["WorkSessionView"][];
        };
        /**
         * @description Transitions are in docs/states.md.
         * @enum {unknown}
         */
        WorkSessionStatus: "pending" | "active" | "completed" | "failed" | "cancelled";
        /** @description A line of work as the others see it. */
        WorkSessionSummary: {
            /** @description Who does it. */
            agentType: components["schemas"]["AgentType"];
            /** @description Files that it has written, as far as it has said. */
            filesChanged: string[];
            /** @description Which. */
            id: components["schemas"]["WorkSessionId"];
            /** @description What came of it, as text; null when nothing did. */
            lastAnswer?: null | string;
            /** @description What was asked of it last; null when nothing was. */
            lastRequest?: null | string;
            lastState?: null | components["schemas"]["TurnState"];
            /** @description For people. */
            name: string;
            /** @description How far it is. */
            status: components["schemas"]["WorkSessionStatus"];
        };
        WorkSessionView: {
            agentType: components["schemas"]["AgentType"];
            commands?: null | components["schemas"]["JsonText"];
            /** Format: date-time */
            completedAt?: null | string;
            configOptions?: null | components["schemas"]["JsonText"];
            /** Format: date-time */
            createdAt: string;
            currentModeId?: null | string;
            id: components["schemas"]["WorkSessionId"];
            /** @description Whether its queue waits for a person: what came before it went wrong. */
            isHeld?: boolean;
            modelProviderId?: null | components["schemas"]["ModelProviderId"];
            modes?: null | components["schemas"]["JsonText"];
            name: string;
            /** Format: date-time */
            startedAt?: null | string;
            status: components["schemas"]["WorkSessionStatus"];
            thread?: null | components["schemas"]["ThreadView"];
            /** @description The mode that a person wants and the program has not yet; null when there is none. */
            wantedModeId?: null | string;
            wantedOptions?: null | components["schemas"]["JsonText"];
        };
        WorktreeReply: {
            setupOutput?: null | string;
            worktree: components["schemas"]["WorktreeView"];
        };
        WorktreesReply: {
            worktrees: components["schemas"]["WorktreeView"][];
        };
        WorktreeView: {
            branch?: null | string;
            /** Format: int64 */
            diskBytes?: null | number;
            /** Format: int32 */
            firstPort?: null | number;
            isMain: boolean;
            isSafeToRemove: boolean;
            path: string;
            sessionIds: string[];
            /** Format: int32 */
            uncommittedFiles?: null | number;
            /** Format: int32 */
            unpushedCommits?: null | number;
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
